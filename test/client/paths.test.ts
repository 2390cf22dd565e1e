/** Addresses: a device's name goes into one and comes out of it again, whatever it is. */
import * as fc from "fast-check";
import should from "should";
import { baseOf, baseOfView, deviceHref, deviceOfPath, streamUrl } from "../../client/paths.ts";

describe("paths", () => {
  it("knows the hub's path from where its script came", () => {
    should(baseOf("http://host:1880/gatehouse/client.js?v=1")).equal("/gatehouse");
    should(baseOf("https://host/a/b/client.js")).equal("/a/b");
    should(baseOf("http://host/client.js")).equal("");
  });

  it("knows the hub's path from the script of a view", () => {
    should(baseOfView("http://host:1880/gatehouse/v/mesh.js?v=1")).equal("/gatehouse");
    should(baseOfView("http://host/v/v/mesh.js")).equal("/v");
    should(baseOfView("http://host/v/mesh.js")).equal("");
  });

  it("finds the device of a view's path", () => {
    should(deviceOfPath("/gatehouse", "/gatehouse/v/robot/robot/benbot", "v/robot")).equal("robot/benbot");
    should(deviceOfPath("/gatehouse", "/gatehouse/v/robot", "v/robot")).be.null();
  });

  it("finds the device of a page's path", () => {
    should(deviceOfPath("/gatehouse", "/gatehouse/d/mesh/5")).equal("mesh/5");
    should(deviceOfPath("/gatehouse", "/gatehouse/d/mesh/5/")).equal("mesh/5");
    should(deviceOfPath("/d", "/d/d/d/d")).equal("d/d");
    should(deviceOfPath("/gatehouse", "/gatehouse/")).be.null();
    should(deviceOfPath("/gatehouse", "/gatehouse/d/%E0%A4%A")).be.null();
  });

  it("keeps every device within the hub's path, and finds it again", () => {
    const part = fc
      .string({ minLength: 1, maxLength: 64, unit: "binary", size: "max" })
      .filter((text) => !/[/]/.test(text));
    fc.assert(
      fc.property(part, part, (network, address) => {
        const device = `${network}/${address}`;
        if ([network, address].some((name) => name === "." || name === "..")) return;
        const { origin, pathname } = new URL(deviceHref("/gatehouse", device), "http://host");
        should(origin).equal("http://host");
        should(deviceOfPath("/gatehouse", pathname)).equal(device);
      }),
      { numRuns: 200 },
    );
  });

  it("asks for current values only where there is nothing to resume from", () => {
    should(streamUrl("/g", ["mesh/+/GPS", "#"], "")).equal("/g/events?topic=mesh%2F%2B%2FGPS&topic=%23&latest=1");
    should(streamUrl("/g", ["#"], "e-5")).equal("/g/events?topic=%23&after=e-5");
    should(streamUrl("/g", ["#"], "e-5", "b1")).equal("/g/events?topic=%23&after=e-5&browser=b1");
  });
});
