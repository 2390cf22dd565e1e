/** What scopes allow. */
import fc from "fast-check";
import should from "should";
import { allows, allowsSome, allowsSomeOf, checkScopes, covers } from "../../../lib/auth/scopes.ts";
import { compileFilter } from "../../../lib/store/topic.ts";

const COVERED: readonly (readonly [string, string])[] = [
  ["#", "mesh/5/GPS"],
  ["#", "#"],
  ["#", "+/+/GPS"],
  ["mesh/#", "mesh/+/GPS"],
  ["mesh/#", "mesh"],
  ["mesh/#", "mesh/#"],
  ["mesh/+/GPS", "mesh/5/GPS"],
  ["mesh/+/GPS", "mesh/+/GPS"],
  ["+/benbot/#", "robot/benbot/Speed"],
  ["mesh/5/GPS", "mesh/5/GPS"],
];

const NOT_COVERED: readonly (readonly [string, string])[] = [
  ["mesh/#", "#"],
  ["mesh/#", "+/5/GPS"],
  ["mesh/+", "mesh/#"],
  ["mesh/+/GPS", "mesh/+/#"],
  ["mesh/5/GPS", "mesh/+/GPS"],
  ["mesh/5", "mesh/5/GPS"],
  ["mesh/5/GPS", "mesh/5"],
  ["mesh/5/#", "mesh/50/GPS"],
  ["#", "$out/mesh/5"],
  ["+/x", "$out/x"],
];

/** Few names, so that filters meet. */
const level = fc.constantFrom("a", "b", "");
const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join("/"));
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant("+")), { maxLength: 3 }), fc.boolean())
  .map(([levels, rest]) => (rest ? [...levels, "#"] : levels).join("/"))
  .filter((text) => text !== "");

describe("scopes", () => {
  for (const [granted, asked] of COVERED) {
    it(`${granted} covers ${asked}`, () => should(covers(granted, asked)).be.true());
  }
  for (const [granted, asked] of NOT_COVERED) {
    it(`${granted} does not cover ${asked}`, () => should(covers(granted, asked)).be.false());
  }

  it("cover a filter only where they select every topic that it selects", () => {
    fc.assert(
      fc.property(filter, filter, topic, (granted, asked, one) => {
        if (covers(granted, asked) && compileFilter(asked)(one)) should(compileFilter(granted)(one)).be.true();
      }),
      { numRuns: 2000 },
    );
  });

  it("cover a topic exactly where they select it", () => {
    fc.assert(
      fc.property(filter, topic, (granted, one) => {
        should(covers(granted, one)).equal(compileFilter(granted)(one));
      }),
      { numRuns: 2000 },
    );
  });

  it("let who may read a network read what is told of it", () => {
    for (const scope of ["read:#", "read:mesh/#", "admin"]) {
      should(allows([scope], "read", "$live/mesh/#")).be.true();
      should(allows([scope], "read", "$live/mesh/monitor")).be.true();
    }
    for (const scope of ["read:mesh/5/#", "read:mesh/+/GPS", "read:solar/#", "command:#"]) {
      should(allows([scope], "read", "$live/mesh/#")).be.false();
    }
    should(allows(["read:mesh/#"], "read", "$live/#")).be.false();
    should(allows(["publish:#"], "publish", "$live/mesh/monitor")).be.false();
  });

  it("keep rights apart", () => {
    const scopes = ["read:mesh/#", "command:robot/benbot/#"];
    should(allows(scopes, "read", "mesh/5/GPS")).be.true();
    should(allows(scopes, "command", "mesh/5/GPS")).be.false();
    should(allows(scopes, "publish", "mesh/5/GPS")).be.false();
    should(allowsSome(scopes, "command")).be.true();
    should(allowsSome(scopes, "publish")).be.false();
  });

  it("tell whether something of a device is allowed", () => {
    for (const scope of [
      "read:#",
      "read:mesh/#",
      "read:mesh/5/#",
      "read:mesh/5/GPS",
      "read:+/5/GPS",
      "read:mesh/+/+",
    ]) {
      should(allowsSomeOf([scope], "read", "mesh/5")).be.true();
    }
    for (const scope of ["read:mesh/6/#", "read:mesh/5", "read:GPS", "command:mesh/5/#", "read:mesh/5/GPS/x"]) {
      should(allowsSomeOf([scope], "read", "mesh/5")).be.false();
    }
  });

  it("let an admin read and command everything, and publish nothing", () => {
    should(allows(["admin"], "read", "#")).be.true();
    should(allows(["admin"], "command", "mesh/5/reset")).be.true();
    should(allows(["admin"], "publish", "mesh/5/GPS")).be.false();
  });

  for (const scopes of ["read:#", null, ["read"], ["write:#"], ["read:"], ["read:a/#/b"], ["READ:#"], [7], [""]]) {
    it(`cannot be ${JSON.stringify(scopes)}`, () => should(() => checkScopes(scopes)).throw(RangeError));
  }

  it("stand once each", () => {
    should(checkScopes(["read:#", "admin", "read:#"])).deepEqual(["read:#", "admin"]);
  });
});
