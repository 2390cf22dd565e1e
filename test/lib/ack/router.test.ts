/** Which browser views which device, by the transcripts of PROTOCOLS 6.1. */
import should from "should";
import type { Permits } from "../../../lib/ack/permits.ts";
import { DeviceRouter, type RouterEvent } from "../../../lib/ack/router.ts";

const HERE = ["127.0.0.1", 51662] as const;

function routerOf(...browsers: string[]): DeviceRouter {
  return opened(new DeviceRouter(), browsers);
}

function opened(router: DeviceRouter, browsers: readonly string[]): DeviceRouter {
  for (const browser of browsers) router.open(browser);
  return router;
}

/** Browser b2 may read the temperature of device 7, and command device 9; b1 may anything. */
const LIMITED: Permits = {
  sees: (browser, device) => browser === "b1" || device === "7",
  readable: (browser, device, fields) => {
    if (browser === "b1") return fields;
    return device === "7" && "temperature" in fields ? { temperature: fields.temperature } : null;
  },
  commands: (browser, device) => browser === "b1" || device === "9",
};

describe("the router of ack/0", () => {
  it("tells a browser that chooses a device whether it is there", () => {
    const router = routerOf("b1");
    router.connect("7", HERE);
    should(router.fromBrowser("b1", { choose: 1, dev_id: 7 })).deepEqual([
      { type: "viewing", browser: "b1", device: "7" },
      { type: "send", browser: "b1", fields: { dev_id: 7, connected: 1, address: HERE } },
    ]);
  });

  it("tells it of a device that is not there", () => {
    const [, told] = routerOf("b1").fromBrowser("b1", { choose: 1, dev_id: "weather-1" });
    should(told).containDeep({ fields: { dev_id: "weather-1", not_connected: 1 } });
  });

  it("begins to view where the first message names a device", () => {
    const router = routerOf();
    router.fromBrowser("b1", { dev_id: 7 });
    should(router.viewersOf("7")).deepEqual(["b1"]);
  });

  it("hands what a device says to those that view it, with its name", () => {
    const router = routerOf("b1", "b2", "b3");
    for (const browser of ["b1", "b2"]) router.fromBrowser(browser, { choose: 1, dev_id: 7 });
    should(router.fromDevice("7", { temperature: 21, humidity: 40 })).deepEqual(
      ["b1", "b2"].map((browser) => ({
        type: "send",
        browser,
        fields: { temperature: 21, humidity: 40, dev_id: 7 },
      })),
    );
  });

  it("leaves the first device where another is chosen", () => {
    const router = routerOf("b1");
    router.fromBrowser("b1", { choose: 1, dev_id: 7 });
    router.fromBrowser("b1", { choose: 1, dev_id: 8 });
    should(router.viewersOf("7")).be.empty();
    should(router.viewersOf("8")).deepEqual(["b1"]);
  });

  it("lists the devices that it knows", () => {
    const router = routerOf("b1");
    router.connect("7", HERE);
    router.connect("8", HERE);
    router.disconnect("8");
    should(router.fromBrowser("b1", { query: 1, params: { dev_list: 1 } })).deepEqual([
      {
        type: "send",
        browser: "b1",
        fields: {
          dev_list: [
            { dev: 7, connected: true, address: HERE },
            { dev: 8, connected: false, address: HERE },
          ],
        },
      },
    ]);
  });

  it("makes a command of any other message that names a device, and takes the name off", () => {
    const router = routerOf("b1");
    router.connect("7", HERE);
    should(router.fromBrowser("b1", { dev_id: 7, reset: 1 })).deepEqual([
      { type: "command", browser: "b1", device: "7", fields: { reset: 1 } },
    ]);
  });

  it("sends a command for a device that is away back to its browser", () => {
    const router = routerOf("b1");
    should(router.fromBrowser("b1", { dev_id: 7, reset: 1 })).deepEqual([
      { type: "send", browser: "b1", fields: { dev_id: 7, reset: 1, not_connected: 1 } },
    ]);
  });

  it("tells all browsers that a device comes and goes", () => {
    const router = routerOf("b1", "b2");
    should(router.connect("7", HERE).map((event) => "fields" in event && event.fields)).deepEqual([
      { dev_id: 7, connected: 1, address: HERE },
      { dev_id: 7, connected: 1, address: HERE },
    ]);
    should(router.disconnect("7")).have.length(2);
    should(router.disconnect("7")).be.empty();
  });

  it("forgets a browser with its view", () => {
    const router = routerOf("b1");
    router.fromBrowser("b1", { choose: 1, dev_id: 7 });
    should(router.forgetBrowser("b1")).deepEqual([{ type: "viewing", browser: "b1", device: null }]);
    should(router.viewersOf("7")).be.empty();
    should(router.browsers).equal(0);
  });

  it("knows the devices of a gateway, sends it their commands, and loses them with it", () => {
    const router = routerOf("b1");
    router.fromGateway("g1", { dev_id: 7, connected: 1, address: [...HERE] });
    router.fromBrowser("b1", { choose: 1, dev_id: 7 });
    should(router.fromGateway("g1", { dev_id: 7, temperature: 21 })).deepEqual([
      { type: "send", browser: "b1", fields: { temperature: 21, dev_id: 7 } },
    ]);
    should(router.fromBrowser("b1", { dev_id: 7, reset: 1 })).deepEqual([
      { type: "forward", device: "7", gateway: "g1", fields: { dev_id: 7, reset: 1 } },
    ]);
    should(router.disconnectGateway("g1")).deepEqual([
      { type: "send", browser: "b1", fields: { dev_id: 7, disconnected: 1, address: HERE } },
    ]);
  });

  it("tells of a device once, however often its gateway does", () => {
    const router = routerOf("b1");
    should(router.fromGateway("g1", { dev_id: 7, connected: 1 })).have.length(1);
    should(router.fromGateway("g1", { dev_id: 7, connected: 1 })).be.empty();
  });

  it("drops what a gateway says of no device", () => {
    should(routerOf().fromGateway("g1", { temperature: 21 })).deepEqual([
      { type: "dropped", from: "g1", reason: "no-device" },
    ]);
  });

  for (const [what, fields] of [
    ["names no device", { reset: 1 }],
    ["names a device that cannot be", { dev_id: "__proto__", reset: 1 }],
    ["asks for what is not known", { query: 1, params: { moon: 1 } }],
  ] as const) {
    it(`drops a message that ${what}`, () => {
      should(routerOf("b1").fromBrowser("b1", fields)).deepEqual([
        { type: "dropped", from: "b1", reason: "no-device" },
      ]);
    });
  }

  describe("where not every browser may read everything", () => {
    const limited = () => opened(new DeviceRouter(LIMITED), ["b1", "b2"]);

    it("tells each browser of the devices that it may see", () => {
      const router = limited();
      const told = ["7", "8"].flatMap((device) => [...router.connect(device, HERE), ...router.disconnect(device)]);
      should(told.filter((event) => "browser" in event && event.browser === "b2").map(fieldsOf)).deepEqual([
        { dev_id: 7, connected: 1, address: HERE },
        { dev_id: 7, disconnected: 1, address: HERE },
      ]);
      const [list] = router.fromBrowser("b2", { query: 1, params: { dev_list: 1 } });
      should(fieldsOf(list!)).deepEqual({ dev_list: [{ dev: 7, connected: false, address: HERE }] });
    });

    it("answers a choice of another one as if it were not there, and says why", () => {
      const router = limited();
      router.connect("8", HERE);
      router.fromBrowser("b2", { choose: 1, dev_id: 7 });
      should(router.fromBrowser("b2", { choose: 1, dev_id: 8 }).map(fieldsOf)).deepEqual([
        null,
        { dev_id: 8, not_connected: 1, address: ["", 0], error: "forbidden" },
      ]);
      should(router.viewersOf("8")).be.empty();
      should(router.viewersOf("7")).be.empty();
    });

    it("hands on what of a message the browser may read", () => {
      const router = limited();
      for (const browser of ["b1", "b2"]) router.fromBrowser(browser, { choose: 1, dev_id: 7 });
      should(router.fromDevice("7", { temperature: 21, humidity: 40 }).map(fieldsOf)).deepEqual([
        { temperature: 21, humidity: 40, dev_id: 7 },
        { temperature: 21, dev_id: 7 },
      ]);
      should(router.fromDevice("7", { humidity: 40 })).have.length(1);
    });

    it("does not tell by a command whether a device is there that the browser may neither see nor command", () => {
      const router = limited();
      router.connect("8", HERE);
      for (const dev of [8, 10]) {
        const [back] = router.fromBrowser("b2", { dev_id: dev, reset: 1 });
        should(fieldsOf(back!)).deepEqual({ dev_id: dev, reset: 1, error: "forbidden" });
      }
      router.connect("9", HERE);
      should(router.fromBrowser("b2", { dev_id: 9, reset: 1 })[0]).have.property("type", "command");
    });
  });
});

function fieldsOf(event: RouterEvent): unknown {
  return "fields" in event ? event.fields : null;
}
