/** Where views stand, and which topics are theirs. */
import should from "should";
import {
  checkViewName,
  isVersionTopic,
  readDevicePath,
  readViewPath,
  readViewTopic,
  versionTopic,
  viewTopic,
} from "../../../lib/sse/view-path.ts";

describe("the path of a view", () => {
  for (const [path, expected] of [
    ["/v/weather", ["weather", "page", null]],
    ["/v/weather/", ["weather", "page", null]],
    ["/v/weather/site/a%3A1", ["weather", "page", "site/a:1"]],
    ["/v/weather/site/1/", ["weather", "page", "site/1"]],
    ["/v/weather.js", ["weather", "js", null]],
    ["/v/weather.css", ["weather", "css", null]],
    ["/v/weather.txt", null],
    ["/v/weather.js/", null],
    ["/v/weather/site", null],
    ["/v/weather/site/1/2", null],
    ["/v/weather/site/%zz", null],
    ["/v/weather/site/%2e%2e", null],
    ["/v/weather/../x", null],
    ["/v/", null],
    ["/v//site/1", null],
    ["/v/<b>", null],
    ["/d/site/1", null],
  ] as const) {
    it(`${path} is ${expected ? "read" : "none"}`, () => {
      const read = readViewPath(path);
      should(read && [read.view, read.part, read.device]).deepEqual(expected);
    });
  }

  it("has topics that are read as they are written, and no wildcard reads as one", () => {
    for (const [view, device] of [
      ["weather", null],
      ["weather", "site/1"],
    ] as const) {
      should(readViewTopic(viewTopic(view, device))).deepEqual({ view, device });
    }
    for (const topic of [
      "$live/view/+",
      "$live/view/weather/#",
      "$live/view/weather/site",
      "view/weather",
      "$live/mesh/x",
    ]) {
      should(readViewTopic(topic)).be.null();
    }
  });

  it("has a topic of its version, as the pages of the hub have", () => {
    should(readViewTopic(versionTopic("weather"))).deepEqual({ view: "weather", device: null });
    for (const topic of [versionTopic(), versionTopic("weather")]) should(isVersionTopic(topic)).be.true();
    for (const topic of ["$live/view/weather", "$live/view/+/version", "$live/view/a/b/version", "mesh/5/version"]) {
      should([topic, isVersionTopic(topic)]).deepEqual([topic, false]);
    }
  });

  it("has a name that is no page of ours, however it is written", () => {
    should(checkViewName("Weather_1-a")).equal("Weather_1-a");
    for (const name of ["mesh", "MESH", "robots", "a b", "", "a/b", "a.js", "x".repeat(65)]) {
      should(() => checkViewName(name)).throw(RangeError, { message: /^"name"/ });
    }
  });

  it("reads the device of its default page, and none where it cannot be one", () => {
    should(readDevicePath("/d/mesh/5")).equal("mesh/5");
    should(readDevicePath("/d/site/a%3Ab/")).equal("site/a:b");
    for (const path of ["/d/", "/d/mesh", "/d/a/b/c", "/d/%zz/1", "/v/mesh/5"]) should(readDevicePath(path)).be.null();
  });
});
