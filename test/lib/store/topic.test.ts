/** Topics and the filters that select them. */
import fc from "fast-check";
import should from "should";
import {
  checkFilter,
  compileFilter,
  compileFilters,
  hasWildcard,
  MAX_TOPIC_LENGTH,
  networkOf,
  selectsDevice,
  splitTopic,
  topicOf,
} from "../../../lib/store/topic.ts";

const level = fc.stringMatching(/^[a-z0-9]{1,4}$/);
const topics = fc.array(level, { minLength: 1, maxLength: 5 }).map((levels) => levels.join("/"));

describe("topics", () => {
  it("split into what they were made of", () => {
    should(topicOf("mesh/5", "GPS")).equal("mesh/5/GPS");
    should(splitTopic("mesh/5/GPS")).deepEqual({ device: "mesh/5", type: "GPS" });
    for (const topic of ["", "GPS", "/GPS", "mesh/5/"]) should(splitTopic(topic)).be.null();
    should(networkOf("mesh/5")).equal("mesh");
    should(networkOf("mesh")).equal("mesh");
  });

  it("know a wildcard", () => {
    should(["mesh/+", "#", "a/#"].every(hasWildcard)).be.true();
    should(hasWildcard("mesh/5/GPS")).be.false();
  });
});

describe("filters", () => {
  const selections: [filter: string, topic: string, selected: boolean][] = [
    ["mesh/5/GPS", "mesh/5/GPS", true],
    ["mesh/5/GPS", "mesh/5/GP", false],
    ["mesh/+/GPS", "mesh/5/GPS", true],
    ["mesh/+/GPS", "mesh/5/BAT", false],
    ["mesh/+/GPS", "mesh/5/a/GPS", false],
    ["mesh/+", "mesh/5/GPS", false],
    ["mesh/+/+", "mesh/5/GPS", true],
    ["mesh/#", "mesh/5/GPS", true],
    ["mesh/#", "mesh", true],
    ["mesh/#", "meshes/5", false],
    ["#", "mesh/5/GPS", true],
    ["#", "$out/mesh/5", false],
    ["+/mesh/5", "$out/mesh/5", false],
    ["$out/#", "$out/mesh/5", true],
    ["$out/mesh/5", "$out/mesh/5", true],
  ];
  for (const [filter, topic, selected] of selections) {
    it(`${filter} ${selected ? "selects" : "does not select"} ${topic}`, () => {
      should(compileFilter(filter)(topic)).equal(selected);
    });
  }

  it("are refused where a wildcard is misplaced, or where they are empty or too long", () => {
    for (const filter of ["", "mesh/a+", "mesh/#/GPS", "m#", "x".repeat(MAX_TOPIC_LENGTH + 1)]) {
      should(() => checkFilter(filter)).throw(RangeError);
    }
  });

  it("of several select what any of them selects", () => {
    const selects = compileFilters(["mesh/+/GPS", "robot/#"]);
    should(["mesh/5/GPS", "mesh/5/BAT", "robot/ben/Gyro"].filter(selects)).deepEqual(["mesh/5/GPS", "robot/ben/Gyro"]);
    should(compileFilters([])("mesh/5/GPS")).be.false();
  });

  it("select every topic that they were made from by putting wildcards in", () => {
    fc.assert(
      fc.property(topics, fc.nat(), fc.nat(), (topic, plusAt, restAt) => {
        const levels = topic.split("/");
        const plus = levels.map((one, index) => (index === plusAt % levels.length ? "+" : one)).join("/");
        const rest = [...levels.slice(0, restAt % (levels.length + 1)), "#"].join("/");
        return compileFilter(plus)(topic) && compileFilter(rest)(topic) && compileFilter(topic)(topic);
      }),
    );
  });

  for (const [filter, selects] of [
    ["#", true],
    ["+/+/GPS", true],
    ["solar/#", true],
    ["solar/+/+", true],
    ["solar/board/Speed", true],
    ["solar/board/#", true],
    ["solar/board", false],
    ["solar/roof/Speed", false],
    ["mesh/#", false],
    ["+", false],
  ] as const) {
    it(`"${filter}" ${selects ? "may select" : "selects"} ${selects ? "a" : "no"} topic of solar/board`, () => {
      should(selectsDevice(filter, "solar/board")).equal(selects);
    });
  }
});
