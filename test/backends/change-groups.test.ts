/** Changes in groups: nobody waits who commits alone, and many are committed together. */
import should from "should";
import { ChangeGroups } from "../../backends/change-groups.ts";
import type { DurableChange } from "../../backends/journal.ts";

const change: DurableChange = { type: "trim", topic: "$queue/jobs", upTo: 1 };

/** Longer than a test lasts. */
const LONG_MS = 60_000;

function add(groups: ChangeGroups, count: number): void {
  for (let n = 0; n < count; n++) void groups.add(change);
}

describe("change groups", () => {
  it("let a change that stands alone go at once, one after another", async () => {
    const groups = new ChangeGroups(LONG_MS);
    for (let n = 0; n < 100; n++) {
      add(groups, 1);
      should(await groups.take()).have.length(1);
    }
  });

  it("gather behind a group of several what comes for a few ms", async () => {
    const groups = new ChangeGroups(LONG_MS);
    add(groups, 2);
    should(await groups.take()).have.length(2);
    add(groups, 1);
    const next = groups.take();
    // A turn of the loop later it still gathers.
    await new Promise(setImmediate);
    add(groups, 4);
    groups.hurry();
    should(await next).have.length(5);
    should(groups.isEmpty).be.true();
  });

  it("gather no longer once a group is full, and no more than that", async () => {
    const groups = new ChangeGroups(LONG_MS);
    add(groups, 2);
    await groups.take();
    add(groups, 1);
    const next = groups.take();
    add(groups, 300);
    should(await next).have.length(256);
    groups.hurry();
    should(await groups.take()).have.length(45);
  });

  it("gather no longer once there is no time", async () => {
    const groups = new ChangeGroups(LONG_MS);
    add(groups, 2);
    await groups.take();
    add(groups, 1);
    const next = groups.take();
    groups.hurry();
    should(await next).have.length(1);
  });

  it("settle as whoever takes them says", async () => {
    const groups = new ChangeGroups();
    const [kept, lost] = [groups.add(change), groups.add(change)];
    const [first, second] = await groups.take();
    first!.resolve();
    second!.reject(new Error("full") as never);
    await kept;
    await should(lost).be.rejectedWith("full");
  });
});
