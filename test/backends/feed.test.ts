/** One consumer of a store: where it begins, and where it goes on. */
import should from "should";
import type { Backend, Entry } from "../../backends/backend.ts";
import { checkCursor, Feed, type FeedOptions } from "../../backends/feed.ts";
import { openMemory } from "../../backends/memory.ts";

const KEY = "feed.one";

/** Runs a feed until so many entries have come. */
async function take(backend: Backend, options: Partial<FeedOptions>, count: number, during = async () => {}) {
  const abort = new AbortController();
  const values: unknown[] = [];
  const feed = new Feed(
    backend,
    { filters: ["#"], start: "now", cursor: "", key: KEY, ...options },
    {
      entry: (entry: Entry) => {
        values.push(entry.value);
        if (values.length === count) abort.abort();
      },
      gap: () => {},
      unsaved: () => {},
    },
  );
  const running = feed.run(abort.signal);
  await during();
  await running;
  return { values, feed };
}

describe("Feed", () => {
  let backend: Backend;
  const append = (...values: number[]) =>
    Promise.all(values.map((value) => backend.append("mesh/5/GPS", { value, time: value })));

  beforeEach(() => {
    backend = openMemory({ maxCount: 1000, maxAgeMs: 0, maxSeries: 10 });
  });
  afterEach(() => backend.close());

  it("hands on from now what is stored after it was made, even before it runs", async () => {
    await append(1, 2);
    const { values } = await take(backend, {}, 2, async () => void (await append(3, 4)));
    should(values).deepEqual([3, 4]);
  });

  it("replays everything, or what comes after a cursor", async () => {
    const [, second] = await append(1, 2, 3);
    should((await take(backend, { start: "cursor" }, 3)).values).deepEqual([1, 2, 3]);
    should((await take(backend, { start: "cursor", cursor: second! }, 1)).values).deepEqual([3]);
  });

  it("hands on the newest values in the order of their append, and what comes meanwhile only once", async () => {
    await append(1, 2);
    await backend.append("mesh/6/GPS", { value: 10, time: 1 });
    await append(3);
    const latest = backend.latest.bind(backend);
    backend.latest = async (filters) => {
      await append(4);
      return latest(filters);
    };
    const { values } = await take(backend, { start: "latest" }, 3, async () => void (await append(5)));
    should(values).deepEqual([10, 4, 5]);
  });

  it("continues after the last entry that was handed on and saved, from the oldest one at first", async () => {
    await append(1, 2);
    const first = await take(backend, { start: "continue" }, 2);
    should(first.values).deepEqual([1, 2]);
    await first.feed.save();
    await append(3);
    const second = await take(backend, { start: "continue" }, 1);
    should(second.values).deepEqual([3]);
    await second.feed.forget();
    should(await backend.get(KEY)).not.be.ok();
  });

  it("hands on again, after a crash, what came since it last saved", async () => {
    await append(1, 2);
    await take(backend, { start: "continue" }, 2);
    should((await take(backend, { start: "continue" }, 2)).values).deepEqual([1, 2]);
  });

  it("takes a cursor or nothing", () => {
    should(checkCursor("")).equal("");
    should(checkCursor("abc-12")).equal("abc-12");
    should(() => checkCursor("12")).throw(RangeError, { message: /^"cursor" must be <epoch>-<sequence>, got "12"/ });
  });
});
