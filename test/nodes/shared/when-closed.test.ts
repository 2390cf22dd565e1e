/** What a node holds is freed when it is closed, and a deploy goes on whatever happens. */
import type { Node } from "node-red";
import should from "should";
import { whenClosed } from "../../../nodes/shared/when-closed.ts";

type Close = (removed: boolean, done: () => void) => void;

/** Closes a node that frees so, and gives what it warns of. */
async function closed(free: (removed: boolean) => Promise<unknown>): Promise<string[]> {
  const warnings: string[] = [];
  let close: Close = () => {};
  const node = {
    on: (_event: string, listener: Close) => {
      close = listener;
    },
    warn: (text: string) => warnings.push(text),
  };
  whenClosed(node as unknown as Node, "the port was not free", free);
  await new Promise<void>((resolve) => close(true, resolve));
  return warnings;
}

describe("a node that is closed", () => {
  it("is done once all is free, and says nothing", async () => {
    should(await closed(async (removed) => should(removed).be.true())).be.empty();
  });

  it("is done where it cannot free it, and says why", async () => {
    should(await closed(() => Promise.reject(new Error("no")))).deepEqual(["no"]);
    const thrown = await closed(() => {
      throw new Error("at once");
    });
    should(thrown).deepEqual(["at once"]);
  });

  it("is done after a while where that never ends", async function never() {
    this.timeout(5000);
    should(await closed(() => new Promise(() => {}))).deepEqual(["the port was not free within 2500 ms"]);
  });
});
