/** Reports of robots: one, or all of them, from a client's JSON. */
import should from "should";
import { applyReport, readRobots } from "../../../lib/gateway-api/robots.ts";

function after(...reports: readonly string[]) {
  return reports.reduce<ReturnType<typeof applyReport>>((robots, text) => applyReport(robots, readRobots(text)!), []);
}

describe("reports of robots", () => {
  it("that are a list stand for all of them", () => {
    should(after('[{"name":"a"}]', '[{"name":"b"},{"name":"c"}]')).deepEqual([{ name: "b" }, { name: "c" }]);
    should(after('{"robots":[{"name":"a"}]}')).deepEqual([{ name: "a" }]);
  });

  it("that are one object take the place of the robot with the same name or id", () => {
    should(after('{"name":"a","x":1}', '{"name":"b"}', '{"name":"a","x":2}')).deepEqual([
      { name: "b" },
      { name: "a", x: 2 },
    ]);
    should(after('{"id":1,"x":1}', '{"id":1,"x":2}')).deepEqual([{ id: 1, x: 2 }]);
  });

  for (const text of [
    "",
    "5",
    '"a"',
    "[1]",
    '{"robots":5}',
    '[{"constructor":1}]',
    `[${'{"a":1},'.repeat(256)}{"a":1}]`,
  ]) {
    it(`are refused where they are none: ${text.slice(0, 30)}`, () => should(readRobots(text)).be.null());
  }

  it("keep 256 robots", () => {
    const many = Array.from({ length: 300 }, (_, id) => `{"id":${id}}`);
    should(after(...many)).have.length(256);
  });
});
