/** Robots and relays against `npm start`, byte by byte (PROTOCOLS 5), with programs as teams write them and bad input of every kind. */
import { execFile } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import should from "should";
import { FrameTalker, Talker } from "./support/comms.ts";
import { openEventStream } from "./support/event-stream.ts";
import { describeWith, programMissing } from "./support/needs.ts";
import { type Started, startGatehouse } from "./support/started.ts";

const CANARY = "canary-7d1f0c6e-of-a-robot";
const TOKENS = {
  "tok-ben": "benbot",
  "tok-jas": "jason",
  "tok-third": "third",
  "tok-adm": "admin",
  [CANARY]: "canary",
};
const UNAUTHORIZED = '{"error":"unauthorized"}\n';
const MALFORMED = '{"error":"malformed"}\n';
const ADMIN = "tok-adm";
const PROGRAMS = join(import.meta.dirname, "fixtures/robots");
const run = promisify(execFile);

describe("robots and relays of npm start", () => {
  let userDir: string;
  let gatehouse: Started;
  let peers: (Talker | FrameTalker)[] = [];

  before(async function startAll() {
    userDir = mkdtempSync(join(tmpdir(), "gatehouse-robots-"));
    const tokens = join(userDir, "tokens.json");
    writeFileSync(tokens, JSON.stringify(TOKENS));
    gatehouse = await startGatehouse({
      GATEHOUSE_SIMULATE: "0",
      GATEHOUSE_USER_DIR: userDir,
      GATEHOUSE_TOKENS: tokens,
    });
  });

  after(async () => {
    await gatehouse.stop("SIGTERM");
    rmSync(userDir, { recursive: true, force: true });
  });

  afterEach(async () => {
    await Promise.all(peers.map((peer) => peer.leave()));
    peers = [];
    await until("gatehouse_robots", 0);
  });

  const port = (name: string) => Number(gatehouse.env[`GATEHOUSE_${name}_PORT`]);
  const message = (token: string, fields: object) => JSON.stringify({ token, ...fields });

  async function metric(name: string): Promise<number> {
    const text = await (await fetch(`${gatehouse.origin}/gatehouse/metrics`)).text();
    const values = [...text.matchAll(new RegExp(`^${name.replace(/[{}"]/g, "\\$&")}(?:\\{[^}]*\\})? (\\S+)$`, "gm"))];
    return values.reduce((sum, [, value]) => sum + Number(value), 0);
  }

  const tokens = () => `${gatehouse.origin}/gatehouse/token-registry/gatehouse-tokens`;

  /** What a button of the token table does. */
  async function inEditor(action: string, asked: object): Promise<unknown> {
    const answer = await fetch(`${tokens()}/${action}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(asked),
    });
    should(answer.status).equal(200);
    return answer.json();
  }

  async function until(name: string, value: number): Promise<void> {
    while ((await metric(name)) !== value) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  function kept<T extends Talker | FrameTalker>(peer: T): T {
    peers.push(peer);
    return peer;
  }

  /** Has heard the greeting. */
  async function robot(): Promise<Talker> {
    const talker = kept(await Talker.join(port("BOT")));
    await talker.hears("connected\r\n");
    return talker;
  }

  async function relay(user?: string): Promise<Talker> {
    const talker = kept(await Talker.join(port("RELAY")));
    if (user) talker.says(`set user ${user}\n`);
    return talker;
  }

  it("greets, answers ping and game", async () => {
    const bot = await robot();
    await bot.asks("ping\n", "pong\r\n");
    await bot.asks("game\n", '{"GAME":"stop"}\r\n');
    await bot.asks("ping\ngame\nping\n", 'pong\r\n{"GAME":"stop"}\r\npong\r\n');
  });

  it("answers ping and game in every way of writing their end", async () => {
    const bot = await robot();
    for (const end of ["\r\n", "done\n", "done\r\n", " done\n", " \n"]) {
      await bot.asks(`ping${end}`, "pong\r\n");
      await bot.asks(`game${end}`, '{"GAME":"stop"}\r\n');
    }
  });

  it("queues a message of either form, and hands it to its relay over TCP and WebSocket", async () => {
    const bot = await robot();
    bot.says('{"token":"tok-ben","Field1":"value1","Field2":"value2"}\n');
    bot.says('{"token": "tok-ben", "Field1": "value1"}done\n');
    const tcp = await relay("benbot");
    await tcp.gets('["benbot", "Field1", "value1", "benbot", "Field2", "value2"]');
    const ws = kept(await FrameTalker.join(port("RELAY_WS")));
    await ws.asks("n", "none");
    ws.says("set user benbot");
    await ws.gets('["benbot", "Field1", "value1"]');
    await ws.asks("n\n", "none");
    await tcp.asks("n\n", "none\n");
  });

  it("takes a message byte by byte, and many in one segment", async () => {
    const bot = await robot();
    const text = [1, 2, 3, 4].map((n) => message("tok-ben", { n }) + (n % 2 ? "\n" : "done\n")).join("");
    await bot.saysInPieces(text, 1);
    bot.says(text);
    const tcp = await relay("benbot");
    for (const n of [1, 2, 3, 4, 1, 2, 3, 4]) await tcp.gets(`["benbot", "n", ${n}]`);
  });

  it("keeps the order of fields and every digit, and stores each field", async () => {
    const bot = await robot();
    const stream = await openEventStream(`${gatehouse.origin}/gatehouse/events?topic=robot/benbot/%23`);
    bot.says('{"b":1.0,"10":1726000000123456789,"token":"tok-ben","2":{"token":"x"},"user":"jason"}done\n');
    const types: string[] = [];
    while (types.length < 4) types.push((JSON.parse((await stream.next()).data) as { type: string }).type);
    stream.close();
    should(types.sort()).deepEqual(["10", "2", "b", "user"]);
    const list =
      '["benbot", "b", 1.0, "benbot", "10", 1726000000123456789, "benbot", "2", {"token":"x"}, "benbot", "user", "jason"]';
    await (await relay("benbot")).gets(list);
  });

  it("tells all robots what the admin says, and answers MAP by side", async () => {
    const [ben, jas, admin] = [await robot(), await robot(), await robot()];
    ben.says(`${message("tok-ben", { MAP: "" })}\n`);
    await ben.hears('{"MAP":""}\n');
    jas.says(`${message("tok-jas", { x: 1 })}\n`);
    admin.says(`${message(ADMIN, { left_team: "benbot", left_map: "A1", right_team: "jason", right_map: "B2" })}\n`);
    admin.says(`${message(ADMIN, { GAME: "start" })}done\n`);
    for (const bot of [ben, jas]) await bot.hears('{"GAME": "start"}\n');
    await ben.asks(`${message("tok-ben", { MAP: "" })}\n`, '{"MAP":"A1"}\n');
    await jas.asks(`${message("tok-jas", { MAP: "" })}done\n`, '{"MAP":"B2"}\n');
    await ben.asks("game\n", '{"GAME":"start"}\r\n');
    admin.says(`${message(ADMIN, { GAME: "stop" })}\n`);
    for (const bot of [ben, jas]) await bot.hears('{"GAME": "stop"}\n');
    const relays = [await relay("benbot"), await relay("jason")];
    for (const user of ["benbot", "benbot"]) await relays[0]!.gets(`["${user}", "MAP", ""]`);
    await relays[1]!.gets('["jason", "x", 1]');
    await relays[1]!.gets('["jason", "MAP", ""]');
  });

  it("puts the announcement before every answer, as a frame of its own, until it is taken away", async () => {
    const admin = await robot();
    const [tcp, ws] = [await relay("benbot"), kept(await FrameTalker.join(port("RELAY_WS")))];
    const stream = await openEventStream(`${gatehouse.origin}/gatehouse/events?topic=game/robots/MSG`);
    admin.says(`${message(ADMIN, { MSG: "Round 2" })}\n`);
    await stream.next();
    await ws.asks("set user benbot\nn", '["admin", "MSG", "Round 2"]', "none");
    await tcp.asks("n", '["admin", "MSG", "Round 2"]\nnone\n');
    admin.says(`${message(ADMIN, { MSG: "" })}\n`);
    await stream.next();
    stream.close();
    await tcp.asks("n", "none\n");
  });

  it("shares the messages of a robot among its relays, and lets one change its robot", async () => {
    const [ben, jas] = [await robot(), await robot()];
    for (const n of [1, 2, 3]) ben.says(`${message("tok-ben", { n })}\n`);
    jas.says(`${message("tok-jas", { n: 9 })}\n`);
    const [first, second] = [await relay("benbot"), await relay("benbot")];
    await first.gets('["benbot", "n", 1]');
    await second.gets('["benbot", "n", 2]');
    first.says("set user jason\n");
    await first.gets('["jason", "n", 9]');
    first.says("set user benbot\n");
    await first.gets('["benbot", "n", 3]');
  });

  it("serves the pages of the robots", async () => {
    for (const path of ["/v/robots", "/v/robot/robot/benbot", "/v/robots.js", "/v/robots.css", "/v/robot.js"]) {
      should((await fetch(`${gatehouse.origin}/gatehouse${path}`)).status).equal(200);
    }
  });

  it("leave a robot's token nowhere: not in flows, pages, metrics, log, nor in any file", async () => {
    const bot = await robot();
    for (const text of [`${message(CANARY, { a: 1, MAP: "" })}\n`, `{"x":"${CANARY}"}\n`, `${CANARY}\n`, "game\n"]) {
      bot.says(text);
      await bot.line();
    }
    bot.says(`${message("tok-nobody", { a: CANARY })}\n`);
    await bot.hears(UNAUTHORIZED);
    await (await relay("canary")).gets('["canary", "a", 1, "canary", "MAP", ""]');
    const paths = ["/flows", "/gatehouse/devices", "/gatehouse/metrics", "/context/global"];
    const answers = paths.map(async (path) => (await fetch(gatehouse.origin + path)).text());
    const files = globSync("**/*", { cwd: userDir, exclude: (name) => name === "tokens.json" })
      .map((name) => join(userDir, name))
      .filter((path) => statSync(path).isFile());
    should(files.length).be.above(2);
    const texts = [
      gatehouse.text(),
      ...(await Promise.all(answers)),
      ...files.map((path) => readFileSync(path, "latin1")),
    ];
    should(texts.filter((text) => text.includes(CANARY))).have.length(0);
  });

  describe("answer bad input", () => {
    const refused: [what: string, text: string, answer: string][] = [
      ["an unknown token", `${message("tok-nobody", { a: 1 })}\n`, UNAUTHORIZED],
      ["a missing token", '{"a":1}done\n', UNAUTHORIZED],
      ["a token that is no text", '{"token":7,"a":1}\n', UNAUTHORIZED],
      ["a token that is nested", '{"a":{"token":"tok-ben"}}\n', UNAUTHORIZED],
      ["what is not JSON", "hello robot\n", MALFORMED],
      ["JSON that is cut", '{"token":"tok-ben","a":\n', MALFORMED],
      ["JSON, but no object", "[1,2]done\n", MALFORMED],
      ["__proto__", '{"token":"tok-ben","__proto__":{"a":1}}\n', MALFORMED],
      ["a nested constructor", '{"token":"tok-ben","a":{"constructor":1}}done\n', MALFORMED],
      ["bytes that are no UTF-8", "\xff\n", MALFORMED],
    ];
    for (const [what, text, answer] of refused) {
      it(`with a reply, and queue nothing: ${what}`, async () => {
        const bot = await robot();
        const before = await metric("gatehouse_queue_in_total");
        bot.says(Buffer.from(text, "latin1"));
        await bot.hears(answer);
        await bot.asks("ping\n", "pong\r\n");
        should(await metric("gatehouse_queue_in_total")).equal(before);
      });
    }

    it("with a reply, and queue nothing: an expired token", async () => {
      const bot = await robot();
      const { token } = (await inEditor("mint", { name: "jason", days: 0 })) as { token: string };
      await bot.asks(`${message(token, { a: 1 })}\n`, UNAUTHORIZED);
      await (await relay("jason")).asks("n", "none\n");
    });

    it("by whose token it is: another robot's, with a field that names somebody else", async () => {
      const bot = await robot();
      bot.says(`${message("tok-jas", { user: "benbot", token2: "x", device: "robot/benbot" })}\n`);
      const list = '["jason", "user", "benbot", "jason", "token2", "x", "jason", "device", "robot/benbot"]';
      await (await relay("jason")).gets(list);
      await (await relay("benbot")).asks("n", "none\n");
    });

    it("whole: a picture of 31 KB in 40 segments", async () => {
      const bot = await robot();
      const picture = "/9j/".padEnd(31 * 1024, "Ab1+");
      const text = `${message("tok-ben", { Camera: picture })}done\n`;
      await bot.saysInPieces(text, Math.ceil(text.length / 40));
      await (await relay("benbot")).gets(`["benbot", "Camera", "${picture}"]`);
    });

    it("for two messages in one segment, and done with CR LF", async () => {
      const bot = await robot();
      bot.says(`${message("tok-ben", { n: 1 })}done\r\n${message("tok-ben", { n: 2 })}\r\n`);
      const tcp = await relay("benbot");
      for (const n of [1, 2]) await tcp.gets(`["benbot", "n", ${n}]`);
    });

    it("for 100 MB without an end, in bounded memory, and hear the next message", async () => {
      const bot = await robot();
      const rssKib = () =>
        Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${gatehouse.process.pid}/status`, "utf8"))![1]);
      const chunk = Buffer.alloc(1024 * 1024, "a");
      const flood = async () => {
        for (let sent = 0; sent < 100; sent++) await new Promise((resolve) => bot.socket.write(chunk, resolve));
        await bot.hears(MALFORMED);
        bot.says(`\n${message("tok-ben", { n: 1 })}\n`);
        await (await relay("benbot")).gets('["benbot", "n", 1]');
        return rssKib();
      };
      const first = await flood();
      // Held whole it would be 100 MiB more; what garbage there is depends on the moment.
      should((await flood()) - first).be.below(64 * 1024);
    });

    it("of a relay whose set user and n come in one segment", async () => {
      const bot = await robot();
      bot.says(`${message("tok-jas", { n: 1 })}\n`);
      await (await relay("jason")).gets('["jason", "n", 1]');
      await (await relay()).asks("set user jasonn", "none\n");
    });

    it("with none: n before set user, a name that nobody has, a name that is none", async () => {
      const tcp = await relay();
      await tcp.asks("n", "none\n");
      await tcp.asks("set user nobody\nn", "none\n");
      await tcp.asks("set user ../../etc/passwd\nn", "none\n");
      await tcp.asks("hello\nn\n", "none\n");
    });

    it("of the third robot: told, and closed", async () => {
      const [ben, jas, third] = [await robot(), await robot(), await robot()];
      ben.says(`${message("tok-ben", {})}\n`);
      jas.says(`${message("tok-jas", {})}\n`);
      await until("gatehouse_robots", 2);
      await third.asks(`${message("tok-third", { a: 1 })}\n`, '{"error":"full"}\n');
      await third.isClosed();
      const admin = await robot();
      await admin.asks(`${message(ADMIN, { wind: 3 })}\n`, '{"wind": 3}\n');
      await (await relay("third")).asks("n", "none\n");
    });

    it("of the third connection that says nothing: told, and closed", async () => {
      const [, , third] = [await robot(), await robot(), await robot()];
      await third.hears('{"error":"full"}\n');
      await third.isClosed();
    });

    it("of a token that is revoked while its robot is connected: closed at once, and refused after", async () => {
      const bot = await robot();
      bot.says(`${message("tok-third", { a: 1 })}\n`);
      await until("gatehouse_robots", 1);
      const accounts = (await (await fetch(tokens())).json()) as { name: string; tokens: { id: string }[] }[];
      const { id } = accounts.find(({ name }) => name === "third")!.tokens[0]!;
      const from = performance.now();
      await inEditor("revoke", { token: id });
      await bot.isClosed();
      should(performance.now() - from).be.below(5000);
      await (await robot()).asks(`${message("tok-third", { a: 1 })}\n`, UNAUTHORIZED);
    });
  });

  describeWith("with programs in Python", programMissing("python3"), () => {
    const python = async (name: string, ...words: (string | number)[]) =>
      (await run("python3", [join(PROGRAMS, `${name}.py`), ...words.map(String)])).stdout.trim().split("\n");

    it("serve the newline form and its relay", async () => {
      should(await python("bot_lines", port("BOT"), "tok-jas")).deepEqual([
        String.raw`'connected\r\n'`,
        String.raw`'pong\r\n'`,
        String.raw`'{"GAME":"stop"}\r\n'`,
        String.raw`'{"MAP":"B2"}\n'`,
      ]);
      const lines = await python("relay", port("RELAY"), "jason", 4);
      should(lines.slice(0, 2)).deepEqual([0, 1].map((n) => `jason Number ${n} jason Gyro [0.5, -1.0] jason Text süß`));
      should(lines[3]).equal("jason MAP ?");
    });

    it("serve the done form in pieces, and its relay", async () => {
      should(await python("bot_done", port("BOT"), "tok-ben")).deepEqual(["sent"]);
      const lines = await python("relay", port("RELAY"), "benbot", 3);
      should(lines).deepEqual([0, 1, 2].map((n) => `benbot Field ${n} benbot Image AAAAAAAAAAAA`));
    });
  });
});
