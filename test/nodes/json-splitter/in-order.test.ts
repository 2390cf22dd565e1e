/** One thing after another, within a bound. */
import should from "should";
import { InOrder } from "../../../nodes/json-splitter/in-order.ts";

/** A promise that a test ends. */
function moment() {
  let end = () => {};
  const promise = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { promise, end };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("in order", () => {
  it("does at once what takes no moment", () => {
    const done: number[] = [];
    const inOrder = new InOrder(1);
    for (const number of [1, 2, 3]) inOrder.add(() => void done.push(number));
    should(done).deepEqual([1, 2, 3]);
    should(inOrder.held).equal(0);
  });

  it("lets what comes wait for what takes a moment, and refuses what is too much", async () => {
    const done: number[] = [];
    const inOrder = new InOrder(2);
    const [first, third] = [moment(), moment()];
    should(inOrder.add(() => first.promise)).be.true();
    should(inOrder.add(() => void done.push(2))).be.true();
    should(inOrder.add(() => third.promise)).be.true();
    should(inOrder.add(() => void done.push(4))).be.false();
    should(inOrder.held).equal(3);
    first.end();
    await turn();
    should(done).deepEqual([2]);
    should(inOrder.add(() => void done.push(5))).be.true();
    third.end();
    await turn();
    should(done).deepEqual([2, 5]);
    should(inOrder.held).equal(0);
  });

  it("drops what waits when told", async () => {
    const done: number[] = [];
    const inOrder = new InOrder(5);
    const first = moment();
    inOrder.add(() => first.promise);
    inOrder.add(() => void done.push(2));
    should(inOrder.clear()).equal(1);
    first.end();
    await turn();
    should(done).be.empty();
  });
});
