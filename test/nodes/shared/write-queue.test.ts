import should from "should";
import type { ByteLink } from "../../../nodes/shared/byte-link.ts";
import { WriteQueue } from "../../../nodes/shared/write-queue.ts";

/** A link that takes one write at a time, and says so when it is told to. */
class SlowLink implements ByteLink {
  readonly written: string[] = [];
  #answer: { resolve(): void; reject(error: Error): void } | null = null;

  write(bytes: Uint8Array): Promise<void> {
    should(this.#answer).equal(null, "two writes at once");
    this.written.push(Buffer.from(bytes).toString());
    return new Promise((resolve, reject) => {
      this.#answer = { resolve, reject };
    });
  }

  async drain(): Promise<void> {
    this.#answer?.resolve();
    this.#answer = null;
    await new Promise((resolve) => setImmediate(resolve));
  }

  fail(message: string): void {
    this.#answer?.reject(new Error(message));
    this.#answer = null;
  }

  async close(): Promise<void> {}
}

function opened(maxBytes = 100) {
  const queue = new WriteQueue(maxBytes);
  const link = new SlowLink();
  queue.attach(link);
  return { queue, link };
}

function balance({ counts, held }: WriteQueue): void {
  const dropped = Object.values(counts.dropped).reduce((sum, count) => sum + count, 0);
  should(counts.offered).equal(counts.written + dropped + held);
}

const outcome = (write: Promise<void>) =>
  write.then(
    () => "written",
    (error: { code: string }) => error.code,
  );

describe("write queue", () => {
  it("writes in order, one write on the link at a time, and answers when it is drained", async () => {
    const { queue, link } = opened();
    const writes = ["a", "b", "c"].map((text) => outcome(queue.write(Buffer.from(text))));
    balance(queue);
    should(queue.held).equal(3);
    await link.drain();
    await link.drain();
    should(await Promise.all(writes)).deepEqual(["written", "written", "written"]);
    link.written.should.deepEqual(["a", "bc"]);
    should(queue.counts.bytesOut).equal(3);
    should(queue.heldBytes).equal(0);
    balance(queue);
  });

  it("refuses what goes beyond its bound, and says so", async () => {
    const { queue, link } = opened(10);
    const first = outcome(queue.write(Buffer.alloc(8)));
    should(await outcome(queue.write(Buffer.alloc(3)))).equal("full");
    const fits = outcome(queue.write(Buffer.alloc(2)));
    await link.drain();
    await link.drain();
    should([await first, await fits]).deepEqual(["written", "written"]);
    should(queue.counts.dropped.full).equal(1);
    balance(queue);
  });

  it("refuses at once while there is no link", async () => {
    const queue = new WriteQueue(10);
    should(await outcome(queue.write(Buffer.of(1)))).equal("closed");
    balance(queue);
  });

  it("drops all that waits when the link is lost, and does not send it to the next", async () => {
    const { queue, link } = opened();
    const writes = ["a", "b", "c"].map((text) => outcome(queue.write(Buffer.from(text))));
    queue.detach("unplugged");
    should(await Promise.all(writes)).deepEqual(["closed", "closed", "closed"]);
    await link.drain();
    const next = new SlowLink();
    queue.attach(next);
    const write = outcome(queue.write(Buffer.from("d")));
    await next.drain();
    should(await write).equal("written");
    next.written.should.deepEqual(["d"]);
    balance(queue);
  });

  it("does not send a command after its deadline", async () => {
    const { queue, link } = opened();
    const first = outcome(queue.write(Buffer.from("a")));
    const late = outcome(queue.write(Buffer.from("late"), Date.now() - 1));
    const last = outcome(queue.write(Buffer.from("z"), Date.now() + 60_000));
    await link.drain();
    await link.drain();
    should([await first, await late, await last]).deepEqual(["written", "expired", "written"]);
    link.written.should.deepEqual(["a", "z"]);
    balance(queue);
  });

  it("reports a write that failed, and goes on with the next", async () => {
    const { queue, link } = opened();
    const failed = outcome(queue.write(Buffer.from("a")));
    link.fail("no space");
    should(await failed).equal("closed");
    const next = outcome(queue.write(Buffer.from("b")));
    await link.drain();
    should(await next).equal("written");
    balance(queue);
  });
});
