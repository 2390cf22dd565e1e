/** What devices sent, until a flow has confirmed it: over a restart too. */
import { EventEmitter, once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import should from "should";
import type { Backend } from "../../backends/backend.ts";
import { openFile } from "../../backends/file.ts";
import { type Held, Inbox, type InboxListener, type Received } from "../../backends/inbox.ts";
import { openMemory } from "../../backends/memory.ts";

const RETENTION = { maxCount: 100_000, maxAgeMs: 0, maxSeries: 100 };
const fail = (fault: Error) => {
  throw fault;
};

function message(n: number, device = "site/7", epoch = 0) {
  return { device, epoch, n, fields: { n }, time: n };
}

/** An inbox, and what it says of its messages. */
class Heard extends EventEmitter implements InboxListener {
  readonly inbox: Inbox;

  constructor(backend: Backend) {
    super();
    this.inbox = new Inbox(backend, "ack", this, fail);
  }

  safe(messages: readonly Held[]): void {
    this.emit("safe", messages);
  }

  unsafe(messages: readonly Held[], fault: Error): void {
    this.emit("unsafe", messages, fault);
  }

  /** In calls of its own: each is committed by itself. */
  async receive(...numbers: number[]): Promise<Held[]> {
    const held: Held[] = [];
    for (const n of numbers) held.push(...(await this.receiveTogether(message(n))));
    return held;
  }

  async receiveTogether(...messages: Received[]): Promise<readonly Held[]> {
    const safe = once(this, "safe");
    for (const one of messages) this.inbox.receive(one);
    return (await safe)[0];
  }
}

const numbersOf = (held: readonly Held[]) => held.map(({ n }) => n);

describe("Inbox", () => {
  let backend: Backend;
  afterEach(() => backend.close());

  it("counts what no flow has confirmed, and puts down up to where all is", async () => {
    backend = openMemory(RETENTION);
    const heard = new Heard(backend);
    const { inbox } = heard;
    const [one, two, three] = await heard.receive(1, 2, 3);
    inbox.confirm(one!);
    inbox.confirm(three!);
    inbox.confirm(three!);
    should(inbox.held).equal(1);
    await inbox.flush();
    should(await backend.get("inbox.ack")).equal(one!.group.cursor);
    inbox.confirm(two!);
    await inbox.flush();
    should(await backend.get("inbox.ack")).equal(three!.group.cursor);
  });

  it("keeps what comes together in one row, until all of it is confirmed", async () => {
    backend = openMemory(RETENTION);
    const heard = new Heard(backend);
    const [one, two] = await heard.receiveTogether(message(1), message(2, "site/8"));
    should(await backend.history("$in/ack", { limit: 10 })).have.length(1);
    heard.inbox.confirm(one!);
    await heard.inbox.flush();
    should(numbersOf((await new Heard(backend).inbox.load()).unconfirmed)).deepEqual([1, 2]);
    await heard.inbox.stop();
    should(numbersOf((await new Heard(backend).inbox.load()).unconfirmed)).deepEqual([2]);
    heard.inbox.confirm(two!);
    await heard.inbox.flush();
    const { places, unconfirmed } = await new Heard(backend).inbox.load();
    should(unconfirmed).be.empty();
    should([...places.keys()]).deepEqual(["site/7", "site/8"]);
  });

  it("takes rows out together, and keeps the place of each device", async () => {
    backend = openMemory(RETENTION);
    const { inbox } = new Heard(backend).on("safe", (messages: readonly Held[]) => {
      for (const held of messages) inbox.confirm(held);
    });
    for (let n = 0; n < 10_000; n++) inbox.receive(message(n, `site/${n % 3}`));
    while (inbox.held > 0) await nextTurn();
    await inbox.flush();
    should(await backend.history("$in/ack", { limit: 10 })).be.empty();
    const { places, unconfirmed } = await new Heard(backend).inbox.load();
    should([...places].sort()).deepEqual([
      ["site/0", { epoch: 0, n: 9999 }],
      ["site/1", { epoch: 0, n: 9997 }],
      ["site/2", { epoch: 0, n: 9998 }],
    ]);
    should(unconfirmed).be.empty();
  });

  it("gives back what a store does not take", async () => {
    backend = openMemory(RETENTION);
    const heard = new Heard(backend);
    await backend.close();
    const unsafe = once(heard, "unsafe");
    heard.inbox.receive(message(1));
    const [messages, fault] = await unsafe;
    should(numbersOf(messages)).deepEqual([1]);
    should(fault).have.property("code", "closed");
    should(heard.inbox.held).equal(0);
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
      return new Heard(backend).inbox;
    }

    it("hands out what was not confirmed, in order, and knows the newest of each device", async () => {
      backend = await openFile({ directory, retention: RETENTION });
      const first = new Heard(backend);
      const [one] = await first.receive(1, 2, 3);
      await first.receiveTogether(message(1, "site/7", 1));
      first.inbox.confirm(one!);
      await first.inbox.flush();
      const { places, unconfirmed } = await (await restarted()).load();
      should(numbersOf(unconfirmed)).deepEqual([2, 3, 1]);
      should(places.get("site/7")).deepEqual({ epoch: 1, n: 1 });
    });

    it("goes on with what the last one left", async () => {
      backend = await openFile({ directory, retention: RETENTION });
      await new Heard(backend).receive(1, 2);
      const second = await restarted();
      const { unconfirmed } = await second.load();
      for (const held of unconfirmed) second.confirm(held);
      await second.flush();
      should((await (await restarted()).load()).unconfirmed).be.empty();
    });
  });
});
