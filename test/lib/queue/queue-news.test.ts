/** When depth and drops of a queue are told. */
import should from "should";
import { QueueNews } from "../../../lib/queue/queue-news.ts";

const depth = (queue: string, depth: number) => ({ type: "depth", queue, depth });
const dropped = (count: number, total: number, reason = "drop-oldest") => ({
  type: "dropped",
  queue: "a",
  reason,
  count,
  total,
});

describe("news of a queue", () => {
  it("are told at once after a quiet time, then once for each interval with the newest depth", () => {
    const news = new QueueNews(500);
    should(news.setDepth("a", 1, 0)).deepEqual([depth("a", 1)]);
    should(news.setDepth("a", 2, 10)).be.empty();
    should(news.setDepth("a", 3, 20)).be.empty();
    should(news.nextDeadline()).equal(500);
    should(news.handleTimer(499)).be.empty();
    should(news.handleTimer(500)).deepEqual([depth("a", 3)]);
    should(news.nextDeadline()).be.null();
    should(news.setDepth("a", 0, 1000)).deepEqual([depth("a", 0)]);
  });

  it("say nothing of a depth that is the same again", () => {
    const news = new QueueNews(500);
    news.setDepth("a", 1, 0);
    should(news.setDepth("a", 1, 600)).be.empty();
    news.setDepth("a", 2, 601);
    news.setDepth("a", 3, 602);
    news.setDepth("a", 2, 603);
    should(news.handleTimer(1101)).be.empty();
  });

  it("tell of each queue by itself", () => {
    const news = new QueueNews(500);
    should([...news.setDepth("a", 1, 0), ...news.setDepth("b", 1, 0)]).deepEqual([depth("a", 1), depth("b", 1)]);
    should(news.filled).deepEqual(["a", "b"]);
    should([news.depthOf("a"), news.depthOf("nobody")]).deepEqual([1, 0]);
  });

  it("count drops by reason: since they were told, and in all", () => {
    const news = new QueueNews(500);
    should(news.drop("a", "drop-oldest", 1, 0)).deepEqual([dropped(1, 1)]);
    news.drop("a", "drop-oldest", 2, 10);
    news.drop("a", "expired", 4, 20);
    should(news.handleTimer(500)).deepEqual([dropped(2, 3), dropped(4, 4, "expired")]);
    should(news.handleTimer(1000)).be.empty();
    should([...news.drops()]).deepEqual([
      ["a", "drop-oldest", 3],
      ["a", "expired", 4],
    ]);
  });
});
