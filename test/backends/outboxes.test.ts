/** The outboxes of a store: what is settled leaves, what is not stays, whatever the order. */
import should from "should";
import type { Backend } from "../../backends/backend.ts";
import { openMemory } from "../../backends/memory.ts";
import { Outboxes, type Sent } from "../../backends/outboxes.ts";
import { outboxFilter, outcomeOf } from "../../lib/commands/command.ts";

const COMMAND = { device: "mesh/5", type: "message", payload: "go", origin: "o" };

describe("Outboxes", () => {
  let backend: Backend;
  let outboxes: Outboxes;

  beforeEach(() => {
    backend = openMemory({ maxCount: 100, maxAgeMs: 0, maxSeries: 100 });
    outboxes = Outboxes.of(backend);
  });
  afterEach(() => backend.close());

  async function send(...ids: string[]): Promise<Sent[]> {
    return Promise.all(
      ids.map(async (id) => ({ ...COMMAND, id, cursor: await outboxes.append({ ...COMMAND, id }, Date.now()) })),
    );
  }

  async function held(network = "mesh"): Promise<string[]> {
    const ids: string[] = [];
    for await (const { id } of outboxes.held([outboxFilter(network)])) ids.push(id);
    return ids;
  }

  it("are the same for all who use a backend", () => {
    should(Outboxes.of(backend)).equal(outboxes);
  });

  it("let go of a command once its outcome is put where its origin watches", async () => {
    const [sent] = await send("a");
    should(await held()).deepEqual(["a"]);
    await outboxes.settle(sent!, outcomeOf("a", "failed", "no line"));
    should(await held()).be.empty();
    should(await backend.get("outcome.o.a")).deepEqual({
      ...{ device: "mesh/5", cursor: sent!.cursor, state: "failed", detail: "no line" },
    });
    should(await outboxes.outcome(sent!)).deepEqual({ id: "a", state: "failed", detail: "no line" });
  });

  it("keep the first outcome of a command", async () => {
    const [sent] = await send("a");
    await outboxes.settle(sent!, outcomeOf("a", "delivered"));
    should(await outboxes.settle(sent!, outcomeOf("a", "expired"))).deepEqual({ id: "a", state: "delivered" });
    should(await backend.get("outcome.o.a")).containEql({ state: "delivered" });
  });

  it("tell commands apart that have the same id, one after another", async () => {
    const [first] = await send("a");
    await outboxes.settle(first!, outcomeOf("a", "delivered"));
    const [second] = await send("a");
    should(await outboxes.outcome(second!)).be.null();
    should(await outboxes.settle(second!, outcomeOf("a", "failed"))).containEql({ state: "failed" });
    should(await backend.get("outcome.o.a")).containEql({ state: "failed", cursor: second!.cursor });
  });

  it("keep a command that is under way when a later one is settled first", async () => {
    const [a, b, c, d] = await send("a", "b", "c", "d");
    await outboxes.settle(c!, outcomeOf("c", "failed"));
    await outboxes.settle(b!, outcomeOf("b", "failed"));
    should(await held()).deepEqual(["a", "b", "c", "d"]);
    await outboxes.settle(a!, outcomeOf("a", "delivered"));
    should(await held()).deepEqual(["d"]);
    await outboxes.settle(d!, outcomeOf("d", "delivered"));
    should(await held()).be.empty();
  });

  it("let go of all when many are settled at once, in any order", async () => {
    const ids = Array.from({ length: 90 }, (_, index) => `c${index}`);
    const sent = await send(...ids);
    const order = sent.map((one, index) => ({ one, at: (index * 37) % 90 })).sort((a, b) => a.at - b.at);
    await Promise.all(order.map(({ one }) => outboxes.settle(one, outcomeOf(one.id, "delivered"))));
    should(await held()).be.empty();
  });

  it("do not mind a cursor of another life of the store", async () => {
    const [sent] = await send("a");
    await outboxes.settle({ ...sent!, cursor: "gone-1" }, outcomeOf("a", "delivered"));
    should(await held()).deepEqual(["a"]);
  });
});
