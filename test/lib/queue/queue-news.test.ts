/** When a queue is looked at, and when its depth and drops are told. */
import should from "should";
import { QueueNews } from "../../../lib/queue/queue-news.ts";

const look = (queue = "a") => ({ type: "look", queue });
const depth = (depth: number, queue = "a") => ({ type: "depth", queue, depth });
const dropped = (count: number, total: number, all = total, reason = "drop-oldest") => ({
  type: "dropped",
  queue: "a",
  reason,
  count,
  total,
  all,
});

describe("news of a queue", () => {
  let news: QueueNews;

  beforeEach(() => {
    news = new QueueNews(500, 2000);
  });

  it("are asked for at once after a quiet time, then once for each interval", () => {
    should(news.changed("a", 0)).deepEqual([look()]);
    should([news.changed("a", 10), news.changed("a", 20)]).deepEqual([[], []]);
    should(news.nextDeadline()).equal(500);
    should(news.handleTimer(499)).be.empty();
    should(news.handleTimer(500)).deepEqual([look()]);
    should(news.nextDeadline()).be.null();
    should(news.changed("a", 1000)).deepEqual([look()]);
  });

  it("tell a depth only where it is another than before", () => {
    should(news.found("a", 0, 0)).deepEqual([depth(0)]);
    should(news.found("a", 0, 1)).be.empty();
    should(news.found("a", 7, 2)).deepEqual([depth(7)]);
    should([...news.depths()]).deepEqual([["a", 7]]);
  });

  it("are asked for now and then while the queue holds something", () => {
    news.found("a", 2, 0);
    should(news.nextDeadline()).equal(2000);
    should(news.handleTimer(2000)).deepEqual([look()]);
    news.found("a", 0, 2000);
    should(news.nextDeadline()).be.null();
  });

  it("are of each queue by itself", () => {
    should([...news.changed("a", 0), ...news.changed("b", 1)]).deepEqual([look("a"), look("b")]);
    news.changed("b", 2);
    news.changed("a", 3);
    should(news.handleTimer(500)).deepEqual([look("a")]);
    should(news.nextDeadline()).equal(501);
    should([...news.found("a", 1, 500), ...news.found("b", 2, 500)]).deepEqual([depth(1), depth(2, "b")]);
    should(news.held).equal(3);
  });

  it("count drops by reason: since they were told, and in all", () => {
    should(news.drop("a", "drop-oldest", 1, 0)).deepEqual([look(), dropped(1, 1)]);
    news.drop("a", "drop-oldest", 2, 10);
    news.drop("a", "expired", 4, 20);
    should(news.handleTimer(500)).deepEqual([look(), dropped(2, 3, 7), dropped(4, 4, 7, "expired")]);
    should(news.handleTimer(1000)).be.empty();
  });
});
