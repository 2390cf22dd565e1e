/** The commands of a gateway's networks: handed out once each, in order, and after a crash marked. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import should from "should";
import type { Backend } from "../../backends/backend.ts";
import { CommandFeed } from "../../backends/command-feed.ts";
import { openFile } from "../../backends/file.ts";
import { openMemory } from "../../backends/memory.ts";
import { Outboxes } from "../../backends/outboxes.ts";
import { outcomeOf } from "../../lib/commands/command.ts";

const RETENTION = { maxCount: 1000, maxAgeMs: 0, maxSeries: 100 };

function send(backend: Backend, id: string, more: object = {}): Promise<string> {
  const command = { device: "mesh/5", type: "message", payload: id, origin: "o", id, ...more };
  return Outboxes.of(backend).append(command, Date.now());
}

/** What a feed does, as words, until so many have come. */
class Fed {
  readonly words: string[] = [];
  readonly #abort = new AbortController();
  readonly #ended: Promise<void>;
  #heard: () => void = () => {};

  constructor(backend: Backend, networks: readonly string[] = ["mesh"]) {
    const say = (word: string) => {
      this.words.push(word);
      this.#heard();
    };
    this.#ended = new CommandFeed(backend, networks, {
      command: ({ id }, redelivered) => say(redelivered ? `${id} again` : id),
      expired: ({ id }) => say(`${id} expired`),
      unsaved: ({ message }) => say(message),
    }).run(this.#abort.signal);
  }

  async atLeast(count: number): Promise<string[]> {
    while (this.words.length < count) {
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
    return this.words;
  }

  stop(): Promise<void> {
    this.#abort.abort();
    return this.#ended;
  }
}

describe("CommandFeed", () => {
  let backend: Backend;
  beforeEach(() => {
    backend = openMemory(RETENTION);
  });
  afterEach(() => backend.close());

  it("hands out what waits and what comes, in order, for the devices of its networks only", async () => {
    await send(backend, "a");
    await send(backend, "elsewhere", { device: "solar/1" });
    const fed = new Fed(backend, ["mesh", "board"]);
    await send(backend, "b", { device: "board/a" });
    for (let index = 0; index < 200; index++) void send(backend, `c${index}`);
    should(await fed.atLeast(202)).deepEqual(["a", "b", ...Array.from({ length: 200 }, (_, index) => `c${index}`)]);
    await fed.stop();
  });

  it("marks what an earlier feed handed out and nobody settled", async () => {
    const cursor = await send(backend, "a");
    await send(backend, "b");
    const first = new Fed(backend);
    await first.atLeast(2);
    await first.stop();
    await Outboxes.of(backend).settle({ device: "mesh/5", id: "a", origin: "o", cursor }, outcomeOf("a", "delivered"));
    await send(backend, "c");
    const second = new Fed(backend);
    should(await second.atLeast(2)).deepEqual(["b again", "c"]);
    await second.stop();
  });

  it("hands out nothing whose outcome stands, though a crash kept it in the outbox", async () => {
    const cursor = await send(backend, "a");
    const first = new Fed(backend);
    await first.atLeast(1);
    await first.stop();
    await backend.put("outcome.o.a", { device: "mesh/5", cursor, state: "delivered" });
    await send(backend, "b");
    const second = new Fed(backend);
    should(await second.atLeast(1)).deepEqual(["b"]);
    await second.stop();
    should(await backend.history("$out/mesh/5", { limit: 9 })).have.length(1);
  });

  it("hands out nothing past its deadline, and puts its outcome down", async () => {
    await send(backend, "late", { deadline: Date.now() - 1 });
    await send(backend, "due", { deadline: Date.now() + 60_000 });
    const fed = new Fed(backend);
    should(await fed.atLeast(2)).deepEqual(["late expired", "due"]);
    should(await backend.get("outcome.o.late")).containEql({ device: "mesh/5", state: "expired" });
    should(await backend.history("$out/mesh/5", { limit: 9 })).have.length(1);
    await fed.stop();
  });

  it("takes out what is no command, and says so", async () => {
    await backend.append("$out/mesh/5", { time: 1, value: "what?" });
    await send(backend, "a");
    const fed = new Fed(backend);
    should(await fed.atLeast(2)).deepEqual(['"$out/mesh/5" held something that is no command', "a"]);
    should(await backend.history("$out/mesh/5", { limit: 9 })).have.length(1);
    await fed.stop();
  });

  it("hands out a command all the same where it cannot be marked", async () => {
    const { put } = backend;
    backend.put = () => Promise.reject(new Error("no room"));
    const fed = new Fed(backend);
    await send(backend, "a");
    should(await fed.atLeast(2)).deepEqual(["no room", "a"]);
    backend.put = put;
    await fed.stop();
  });

  it("marks after a restart what was under way, and only that", async () => {
    const directory = mkdtempSync(join(tmpdir(), "gatehouse-commands-"));
    const before = await openFile({ directory, retention: RETENTION });
    await send(before, "a");
    const first = new Fed(before);
    await first.atLeast(1);
    await first.stop();
    await send(before, "b", { payload: Buffer.from([255]) });
    await before.close();
    const after = await openFile({ directory, retention: RETENTION });
    const second = new Fed(after);
    should(await second.atLeast(2)).deepEqual(["a again", "b"]);
    await second.stop();
    await after.close();
    rmSync(directory, { recursive: true });
  });
});
