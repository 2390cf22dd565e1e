/** What browsers are told of devices' connections. */
import { EventEmitter, once } from "node:events";
import should from "should";
import { openMemory } from "../../../backends/memory.ts";
import type { Told } from "../../../lib/sse/event-text.ts";
import { watchLinks } from "../../../nodes/sse-hub/link-watch.ts";
import type { StoreBackendNode } from "../../../nodes/store-backend.ts";

describe("watchLinks", () => {
  it("tells when a connection opens or closes, a device has taken a new command, and when a network is reset, until it is ended", async () => {
    const backend = openMemory({ maxCount: 10, maxAgeMs: 0, maxSeries: 10 });
    const told = new EventEmitter();
    const subscribe = (listener: () => void) => {
      listener();
      return () => {};
    };
    const store = { backend, subscribe } as unknown as StoreBackendNode;
    const end = watchLinks(store, (one) => told.emit("told", one));
    for (const connected of [true, false]) {
      const next = once(told, "told");
      await backend.put("link.site/7", { connected, since: 1 });
      const [{ topic, value }] = (await next) as [Told];
      should([topic, value]).deepEqual(["$live/site/7/connected", connected]);
    }
    const learned = once(told, "told");
    await backend.put("command.site/7/reset", { known: { kind: "none" }, since: 1 });
    should((await learned)[0]).containEql({ topic: "$live/site/7/commands" });
    const next = once(told, "told");
    await backend.put("reset.mesh", { at: 5 });
    const [{ topic, value }] = (await next) as [Told];
    should([topic, value]).deepEqual(["$live/mesh/reset", 5]);
    end();
    await backend.close();
  });
});
