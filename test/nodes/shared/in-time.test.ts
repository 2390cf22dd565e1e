/** Waiting for so long and no longer. */
import should from "should";
import { inTime } from "../../../nodes/shared/in-time.ts";

describe("inTime", () => {
  it("settles as the promise does", async () => {
    should(await inTime(Promise.resolve(7), 1000, "late")).equal(7);
    await should(inTime(Promise.reject(new Error("no")), 1000, "late")).rejectedWith("no");
  });

  it("rejects once the time is up", async () => {
    await should(inTime(new Promise(() => {}), 1, "late")).rejectedWith("late");
  });
});
