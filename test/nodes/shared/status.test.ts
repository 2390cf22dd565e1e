import type { NodeStatus } from "node-red";
import should from "should";
import { statusLine } from "../../../nodes/shared/status.ts";

/** A node that remembers what it showed and when. */
function recorder() {
  const shown: { text: string; at: number }[] = [];
  let wanted = 0;
  let reach = () => {};
  const node = {
    status(status: string | NodeStatus) {
      shown.push({ text: typeof status === "string" ? status : String(status.text), at: performance.now() });
      if (shown.length >= wanted) reach();
    },
  };
  const reached = (count: number) =>
    new Promise<void>((resolve) => {
      wanted = count;
      reach = resolve;
      if (shown.length >= count) resolve();
    });
  return { node, shown, reached, texts: () => shown.map(({ text }) => text) };
}

describe("status line", () => {
  it("shows the first at once, and the newest of the others half a second later", async () => {
    const { node, shown, reached, texts } = recorder();
    const line = statusLine(node);
    for (const text of ["a", "b", "c", "d"]) line.show({ text });
    texts().should.deepEqual(["a"]);
    await reached(2);
    texts().should.deepEqual(["a", "d"]);
    should(shown[1]!.at - shown[0]!.at).be.aboveOrEqual(495);
    line.stop();
  });

  it("does not repeat itself", async () => {
    const { node, reached, texts } = recorder();
    const line = statusLine(node);
    line.show({ text: "a" });
    line.show({ text: "a" });
    const later = new Promise((resolve) => setTimeout(resolve, 520));
    await later;
    line.show({ text: "b" });
    await reached(2);
    texts().should.deepEqual(["a", "b"]);
    line.stop();
  });

  it("words a text only when it is due", async () => {
    const { node, reached, texts } = recorder();
    const line = statusLine(node);
    let asked = 0;
    for (let count = 0; count < 1000; count++) line.show(() => ({ text: `asked ${++asked}` }));
    await reached(2);
    texts().should.deepEqual(["asked 1", "asked 2"]);
    line.stop();
  });

  it("shows nothing after a stop", async () => {
    const { node, texts } = recorder();
    const line = statusLine(node);
    line.show({ text: "a" });
    line.show({ text: "b" });
    line.stop();
    await new Promise((resolve) => setTimeout(resolve, 520));
    texts().should.deepEqual(["a"]);
  });
});
