/** The newest of each topic, for who comes later. */
import should from "should";
import { Retained } from "../../../lib/sse/retained.ts";

const told = (topic: string, value: unknown) => ({ topic, value, time: 1 });
const valuesOf = (retained: Retained, ...filters: string[]) => retained.select(filters).map(({ value }) => value);

describe("retained values", () => {
  it("are the newest of their topics, in the order of their change", () => {
    const retained = new Retained(10);
    for (const [topic, value] of [
      ["a", 1],
      ["b", 2],
      ["a", 3],
    ] as const)
      retained.keep(told(topic, value));
    should(valuesOf(retained, "a", "b", "c")).deepEqual([2, 3]);
    should(valuesOf(retained, "a")).deepEqual([3]);
  });

  it("are bounded: kept = held + dropped topics, the oldest first", () => {
    const retained = new Retained(2);
    for (const topic of ["a", "b", "a", "c", "d"]) retained.keep(told(topic, topic));
    should(valuesOf(retained, "#")).deepEqual(["c", "d"]);
    should([retained.size, retained.dropped]).deepEqual([2, 2]);
  });

  it("are forgotten with those below them", () => {
    const retained = new Retained(10);
    for (const topic of ["v/a", "v/a/site/1", "v/ab"]) retained.keep(told(topic, topic));
    retained.forget("v/a");
    should(valuesOf(retained, "#")).deepEqual(["v/ab"]);
  });
});
