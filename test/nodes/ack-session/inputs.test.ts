/** What comes in at an ack-session before its store is open, or after the node was closed. */
import should from "should";
import { Inputs } from "../../../nodes/ack-session/inputs.ts";
import type { Outputs } from "../../../nodes/ack-session/outputs.ts";

describe("the inputs of an ack-session", () => {
  it("begin no role once the node is closed: nobody would stop it", async () => {
    const inputs = new Inputs({ drop: () => {}, event: () => {} } as unknown as Outputs);
    const made: string[] = [];
    const done: unknown[] = [];
    inputs.take({ payload: 1 } as never, (fault) => done.push(fault));
    await inputs.stop();
    inputs.begin(() => {
      made.push("role");
      throw new Error("not reached");
    });
    should({ made, done }).deepEqual({ made: [], done: [undefined] });
  });
});
