/** What waits for a slow reader, by policy; nothing is lost without a count. */
import fc from "fast-check";
import should from "should";
import { OVERFLOW_POLICIES, type OverflowPolicy, SendQueue } from "../../../lib/sessions/send-queue.ts";

function queueOf(maxBytes: number, policy: OverflowPolicy) {
  const dropped = { overflow: 0, coalesced: 0 };
  const queue = new SendQueue(maxBytes, policy, (reason) => void dropped[reason]++);
  const offer = (data: string, topic?: string) => queue.offer({ data, bytes: data.length, topic });
  return { queue, dropped, offer };
}

function drain(queue: SendQueue): string[] {
  const taken: string[] = [];
  for (let item = queue.take(); item; item = queue.take()) taken.push(String(item.data));
  return taken;
}

describe("SendQueue", () => {
  it("gives back in order what was offered", () => {
    const { queue, offer } = queueOf(100, "close");
    for (const text of ["a", "b", "c"]) should(offer(text)).be.true();
    should([queue.held, queue.heldBytes]).deepEqual([3, 3]);
    should(drain(queue)).deepEqual(["a", "b", "c"]);
    should([queue.held, queue.heldBytes]).deepEqual([0, 0]);
  });

  it("says when the connection must be given up", () => {
    const { queue, offer } = queueOf(4, "close");
    should(["aa", "bb", "c"].map((text) => offer(text))).deepEqual([true, true, false]);
    should(drain(queue)).deepEqual(["aa", "bb"]);
  });

  it("lets the oldest give way", () => {
    const { queue, offer, dropped } = queueOf(4, "oldest");
    for (const text of ["aa", "b", "c", "dd"]) should(offer(text)).be.true();
    should(drain(queue)).deepEqual(["b", "c", "dd"]);
    should(dropped).deepEqual({ overflow: 1, coalesced: 0 });
  });

  it("drops what is larger than all its room", () => {
    const { queue, offer, dropped } = queueOf(4, "oldest");
    for (const text of ["a", "bbbbb"]) should(offer(text)).be.true();
    should(drain(queue)).deepEqual([]);
    should(dropped.overflow).equal(2);
  });

  it("puts the newer of a topic in the place of the older", () => {
    const { queue, offer, dropped } = queueOf(100, "coalesce");
    offer("x1", "x");
    offer("y1", "y");
    offer("x22", "x");
    offer("none");
    offer("none");
    should(queue.heldBytes).equal(13);
    should(drain(queue)).deepEqual(["x22", "y1", "none", "none"]);
    should(dropped).deepEqual({ overflow: 0, coalesced: 1 });
  });

  it("forgets all that waits, and says how many", () => {
    const { queue, offer } = queueOf(100, "oldest");
    offer("a");
    offer("b");
    should(queue.clear()).equal(2);
    should([queue.clear(), queue.heldBytes]).deepEqual([0, 0]);
  });

  it("accounts for every message, and stays within its bound", () => {
    const step = fc.oneof(
      fc.record({ text: fc.string({ maxLength: 9 }), topic: fc.constantFrom("x", "y", undefined) }),
      fc.constant("take" as const),
    );
    const property = fc.property(
      fc.constantFrom(...OVERFLOW_POLICIES),
      fc.array(step, { size: "max", maxLength: 200 }),
      (policy, steps) => {
        const { queue, dropped, offer } = queueOf(20, policy);
        let [offered, taken, refused] = [0, 0, 0];
        for (const one of steps) {
          if (one === "take") taken += queue.take() ? 1 : 0;
          else {
            offered++;
            if (!offer(one.text, one.topic)) refused++;
          }
          should(queue.heldBytes).be.belowOrEqual(20);
        }
        should(offered).equal(taken + refused + dropped.overflow + dropped.coalesced + queue.held);
      },
    );
    fc.assert(property);
  });
});
