/** What devices sent, until a flow has confirmed it: over a restart too. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import should from "should";
import type { Backend } from "../../backends/backend.ts";
import { openFile } from "../../backends/file.ts";
import { type Held, Inbox } from "../../backends/inbox.ts";
import { openMemory } from "../../backends/memory.ts";

const RETENTION = { maxCount: 100_000, maxAgeMs: 0, maxSeries: 100 };
const fail = (fault: Error) => {
  throw fault;
};

function message(n: number, device = "site/7", epoch = 0) {
  return { device, epoch, n, fields: { n }, time: n };
}

function receive(inbox: Inbox, ...numbers: number[]): Promise<Held[]> {
  return Promise.all(numbers.map((n) => inbox.receive(message(n))));
}

const numbersOf = (held: readonly Held[]) => held.map(({ n }) => n);

describe("Inbox", () => {
  let backend: Backend;
  afterEach(() => backend.close());

  it("counts what no flow has confirmed, and puts down up to where all is", async () => {
    backend = openMemory(RETENTION);
    const inbox = new Inbox(backend, "ack", fail);
    const [one, two, three] = await receive(inbox, 1, 2, 3);
    inbox.confirm(one!);
    inbox.confirm(three!);
    inbox.confirm(three!);
    should(inbox.held).equal(1);
    await inbox.flush();
    should(await backend.get("inbox.ack")).equal(one!.cursor);
    inbox.confirm(two!);
    await inbox.flush();
    should(await backend.get("inbox.ack")).equal(three!.cursor);
  });

  it("takes rows out together, and keeps the place of each device", async () => {
    backend = openMemory(RETENTION);
    const inbox = new Inbox(backend, "ack", fail);
    const all = Array.from({ length: 10_000 }, (_, n) => inbox.receive(message(n, `site/${n % 3}`)));
    for (const held of await Promise.all(all)) inbox.confirm(held);
    await inbox.flush();
    should(await backend.history("$in/ack", { limit: 10 })).be.empty();
    const { places, unconfirmed } = await new Inbox(backend, "ack", fail).load();
    should([...places].sort()).deepEqual([
      ["site/0", { epoch: 0, n: 9999 }],
      ["site/1", { epoch: 0, n: 9997 }],
      ["site/2", { epoch: 0, n: 9998 }],
    ]);
    should(unconfirmed).be.empty();
  });

  it("gives back what a store does not take", async () => {
    backend = openMemory(RETENTION);
    const inbox = new Inbox(backend, "ack", fail);
    await backend.close();
    await should(receive(inbox, 1)).be.rejected();
    should(inbox.held).equal(0);
  });

  describe("after a restart", () => {
    let directory: string;
    beforeEach(() => {
      directory = mkdtempSync(join(tmpdir(), "gatehouse-inbox-"));
    });
    afterEach(() => rmSync(directory, { recursive: true, force: true }));

    async function restarted(): Promise<Inbox> {
      await backend.close();
      backend = await openFile({ directory, retention: RETENTION });
      return new Inbox(backend, "ack", fail);
    }

    it("hands out what was not confirmed, in order, and knows the newest of each device", async () => {
      backend = await openFile({ directory, retention: RETENTION });
      const first = new Inbox(backend, "ack", fail);
      const [one] = await receive(first, 1, 2, 3);
      await first.receive(message(1, "site/7", 1));
      first.confirm(one!);
      await first.flush();
      const { places, unconfirmed } = await (await restarted()).load();
      should(numbersOf(unconfirmed)).deepEqual([2, 3, 1]);
      should(places.get("site/7")).deepEqual({ epoch: 1, n: 1 });
    });

    it("goes on with what the last one left", async () => {
      backend = await openFile({ directory, retention: RETENTION });
      await receive(new Inbox(backend, "ack", fail), 1, 2);
      const second = await restarted();
      const { unconfirmed } = await second.load();
      for (const held of unconfirmed) second.confirm(held);
      await second.flush();
      should((await (await restarted()).load()).unconfirmed).be.empty();
    });
  });
});
