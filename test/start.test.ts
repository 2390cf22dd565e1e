/** `npm start` as a new user has it: real bytes on a serial line in, events, history and a restart out. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import should from "should";
import { type EventStream, openEventStream } from "./support/event-stream.ts";
import { freePorts } from "./support/free-ports.ts";
import { describeWith, programMissing } from "./support/needs.ts";
import { SerialLine } from "./support/serial-line.ts";
import { type Started, startGatehouse } from "./support/started.ts";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const FRAME = Buffer.from("\xff\x00\x05[D]\x01GPS\x06\x01\x02\x03\x04\x05\x06\xfe", "latin1");
/** 0x030201 and 0x060504 times 1e-4 degree. */
const POSITION = { longitude: 19.7121, latitude: 39.45 };

/** As if Node-RED were held up for longer than its flows may take to answer. */
const SLOW = `const look = setInterval(() => {
  if (!process.argv.includes("--userDir")) return;
  clearInterval(look);
  const now = performance.now.bind(performance);
  performance.now = () => now() + 11000;
}, 1);
look.unref();
`;

async function json(url: string): Promise<unknown> {
  return (await fetch(url)).json();
}

describe("npm start with a wrong setting", () => {
  for (const [name, value, fault] of [
    ["PORT", "99999", "PORT must be 1..65535, got 99999"],
    ["GATEHOUSE_FLOWS", "nope", "GATEHOUSE_FLOWS must name some of dashboard, gateway, relay, simulators, got nope"],
  ] as const) {
    it(`ends and names it: ${name}=${value}`, () => {
      const env = { ...process.env, [name]: value };
      const { status, stderr } = spawnSync(process.execPath, [join(ROOT, "scripts/start.ts")], {
        env,
        encoding: "utf8",
      });
      should(status).equal(1);
      should(stderr.trim()).equal(fault);
    });
  }
});

describe("npm start of a relay alone", () => {
  let userDir: string;
  let gatehouse: Started;

  before(async function slowStart() {
    userDir = mkdtempSync(join(tmpdir(), "gatehouse-slow-"));
    const slow = join(userDir, "slow.cjs");
    writeFileSync(slow, SLOW);
    const env = {
      GATEHOUSE_FLOWS: "relay",
      GATEHOUSE_USER_DIR: join(userDir, "user"),
      NODE_OPTIONS: `--require ${slow}`,
    };
    gatehouse = await startGatehouse(env);
  });

  after(async () => {
    await gatehouse.stop("SIGTERM");
    rmSync(userDir, { recursive: true, force: true });
  });

  it("names what a relay has, and nothing of a gateway", () => {
    for (const what of [
      "/gatehouse/v/solar/solar-relay/board",
      "/elements?topic=solar-relay/%23",
      "Robot relay",
      "Hub",
    ])
      should(gatehouse.text()).containEql(what);
    for (const what of ["mesh/1", "mesh/%2B", "/v/robots", "Controller board"])
      should(gatehouse.text()).not.containEql(what);
  });

  it("waits for a machine on which Node-RED starts slowly, and mints all the same", () => {
    should(gatehouse.text()).not.containEql("Not ready");
    should(gatehouse.text()).containEql(join(userDir, "user/gatehouse/admin-token"));
  });
});

describeWith("npm start on a serial line", programMissing("socat"), function suite() {
  let line: SerialLine;
  let userDir: string;
  let gatehouse: Started;
  let events: EventStream;
  let cursor: string;
  let ports: Record<string, string>;
  const env = () => ({ ...ports, GATEHOUSE_UART: line.path, GATEHOUSE_SIMULATE: "0", GATEHOUSE_USER_DIR: userDir });

  before(async function startAll() {
    line = new SerialLine("pair");
    await line.plug();
    userDir = mkdtempSync(join(tmpdir(), "gatehouse-start-"));
    ports = await freePorts();
    gatehouse = await startGatehouse(env());
    events = await openEventStream(`${gatehouse.origin}/gatehouse/events?topic=mesh/5/GPS`);
  });

  after(async () => {
    events.close();
    await gatehouse.stop("SIGTERM");
    await line.remove();
    rmSync(userDir, { recursive: true, force: true });
  });

  it("prints a line for everything to open", () => {
    for (const what of [
      "Editor",
      "Devices",
      "Event stream",
      "Mesh serial line",
      "Mesh clients",
      "Mesh monitor",
      "Device bridge",
      "Weather stations",
      "Hub",
    ])
      should(gatehouse.text()).containEql(what);
  });

  it("mints one admin token, into a file of its owner's, and says where", () => {
    const path = join(userDir, "gatehouse/admin-token");
    should(gatehouse.text()).containEql(path);
    should(statSync(path).mode & 0o777).equal(0o600);
    const token = readFileSync(path, "utf8").trim();
    should(token).match(/^gatehouse_/);
    should(gatehouse.text()).not.containEql(token);
    should(readFileSync(join(userDir, "flows.json"), "utf8")).not.containEql(token);
  });

  it("brings a frame written at once to the event stream", async () => {
    const module = await open(line.farEnd, "w");
    await module.write(FRAME);
    await module.close();
    const reading = JSON.parse((await events.next()).data);
    should(reading).containDeep({ device: "mesh/5", type: "GPS", topic: "mesh/5/GPS", value: POSITION });
    should(reading.time).be.approximately(Date.now(), 10_000);
  });

  it("brings the same frame written byte by byte", async () => {
    const module = await open(line.farEnd, "w");
    for (const byte of FRAME) await module.write(Buffer.of(byte));
    await module.close();
    const event = await events.next();
    should(JSON.parse(event.data)).have.property("cursor", event.id);
    cursor = event.id;
  });

  it("lists the device and its history", async () => {
    const devices = (await json(`${gatehouse.origin}/gatehouse/devices`)) as unknown[];
    should(devices).have.length(1);
    should(devices[0]).containDeep({
      device: "mesh/5",
      network: "mesh",
      status: "active",
      types: { GPS: { cursor, value: POSITION } },
    });
    const history = (await json(`${gatehouse.origin}/gatehouse/history?device=mesh/5&type=GPS&limit=10`)) as unknown[];
    should(history).have.length(2);
    should(history[1]).containDeep({ cursor, value: POSITION });
  });

  it("ends soon after a signal and frees its port", async () => {
    should(await gatehouse.stop("SIGINT")).be.below(10_000);
    const socket = connect(gatehouse.port, "127.0.0.1");
    const [fault] = (await once(socket, "error")) as [NodeJS.ErrnoException];
    should(fault.code).equal("ECONNREFUSED");
  });

  it("continues history and cursor after a restart, and resumes a browser without a gap", async function restart() {
    gatehouse = await startGatehouse(env());
    const history = (await json(`${gatehouse.origin}/gatehouse/history?device=mesh/5&type=GPS&limit=10`)) as unknown[];
    should(history).have.length(2);
    events = await openEventStream(`${gatehouse.origin}/gatehouse/events?topic=mesh/5/GPS`, {
      "Last-Event-ID": cursor,
    });
    const module = await open(line.farEnd, "w");
    await module.write(FRAME);
    await module.close();
    const event = await events.next();
    should(event.event).equal("message");
    should(event.id.split("-")[0]).equal(cursor.split("-")[0]);
    should(Number(event.id.split("-")[1])).be.above(Number(cursor.split("-")[1]));
  });

  it("keeps edited flows, and starts from the shipped ones again when told", async function edited() {
    await gatehouse.stop("SIGTERM");
    const path = join(userDir, "flows.json");
    const shipped = readFileSync(path, "utf8");
    const own = JSON.stringify(JSON.parse(shipped).concat({ id: "own0", type: "tab", label: "Own" }));
    writeFileSync(path, own);
    gatehouse = await startGatehouse(env());
    should(gatehouse.text()).containEql("Kept your own flows");
    should(readFileSync(path, "utf8")).containEql('"own0"');
    await gatehouse.stop("SIGTERM");
    gatehouse = await startGatehouse(env(), "--fresh");
    should(readFileSync(path, "utf8")).equal(shipped);
  });
});
