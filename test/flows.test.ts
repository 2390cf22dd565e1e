/** Every flow that ships is loaded, without a fault, and fed: shipped ones reach the event stream, examples show data. */
import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runInNewContext } from "node:vm";
import should from "should";
import { DEFAULTS } from "../scripts/defaults.ts";
import { type FlowNode, joinFlows, readFlows } from "../scripts/flows.ts";
import { type EditorComms, openComms } from "./support/editor-comms.ts";
import { openEventStream } from "./support/event-stream.ts";
import { freePorts, withFreePorts } from "./support/free-ports.ts";
import { type NodeRed, startNodeRed } from "./support/node-red.ts";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const EMPTY_FLOW = [{ id: "tab0", type: "tab", label: "Empty" }];
const PRESS_EVERY_MS = 300;
const shipped = globSync("flows/*.json", { cwd: ROOT }).sort();
const examples = globSync("examples/**/*.json", { cwd: ROOT }).sort();

const checkedFields = fieldsThatFormsCheck();

/** Of each type, the fields whose patterns take no missing value: core's takes one for the text "undefined". */
function fieldsThatFormsCheck(): Map<string, string[]> {
  const fields = new Map<string, string[]>();
  const regex = (pattern: RegExp) => Object.assign(() => true, { refuses: !pattern.test("undefined") });
  const registerType = (type: string, { defaults = {} }: { defaults?: Record<string, { validate?: object }> }) => {
    const checked = Object.entries(defaults).filter(([, { validate }]) => (validate as { refuses?: boolean })?.refuses);
    fields.set(
      type,
      checked.map(([field]) => field),
    );
  };
  const RED = { validators: { regex, number: () => () => true }, nodes: { registerType } };
  for (const file of globSync("nodes/*.html", { cwd: ROOT })) {
    const script = /<script type="text\/javascript">([\s\S]*?)<\/script>/.exec(readFileSync(join(ROOT, file), "utf8"));
    runInNewContext(script![1]!, { RED, window: {}, $: () => ({}) });
  }
  return fields;
}

function idsOf(flow: readonly FlowNode[], type: string): Set<string> {
  return new Set(flow.filter((node) => node.type === type).map((node) => node.id));
}

describe("the flows", () => {
  let nodeRed: NodeRed;
  let comms: EditorComms;

  before(async function start() {
    const env = { ...DEFAULTS, ...(await freePorts()), PORT: "1880", HOST: "" };
    nodeRed = await startNodeRed({ flow: EMPTY_FLOW, env });
    comms = await openComms(nodeRed.origin);
  });

  after(async () => {
    comms.close();
    await nodeRed.stop();
  });

  beforeEach(() => comms.forget());

  /** What was logged as a fault while the flow was deployed. */
  async function deploy(flow: readonly FlowNode[]): Promise<string[]> {
    const before = nodeRed.log().length;
    await nodeRed.deploy(flow);
    await nodeRed.printed("Started flows", before);
    // What the flow before it says while it stops is its own affair.
    return nodeRed
      .log()
      .slice(nodeRed.log().lastIndexOf("Starting flows"))
      .split("\n")
      .filter((line) => /\[(error|warn)\]|missing types/i.test(line));
  }

  for (const file of [...shipped, ...examples]) {
    it(`${file} deploys by itself, without a fault`, async () => {
      should(await deploy(await withFreePorts(readFlows(join(ROOT, file))))).be.empty();
    });

    it(`${file} has no two nodes with one id, of which the editor would import one`, () => {
      const ids = readFlows(join(ROOT, file)).map(({ id }) => id);
      should(ids.filter((id, place) => ids.indexOf(id) < place)).be.empty();
    });

    it(`${file} has a value for every field that a form checks, or the editor marks the node`, () => {
      const missing = readFlows(join(ROOT, file)).flatMap((node) =>
        (checkedFields.get(node.type) ?? [])
          .filter((field) => node[field] === undefined)
          .map((field) => `${node.id}.${field}`),
      );
      should(missing).be.empty();
    });

    it(`${file} says in a comment what to change`, () => {
      should(idsOf(readFlows(join(ROOT, file)), "comment").size).be.above(0);
    });
  }

  it("the import menu lists the examples, and no folder of theirs without one", async () => {
    const response = await fetch(`${nodeRed.origin}/library/examples/flows/@gatehouse/node-red/`);
    should(await response.json()).deepEqual(examples.map((file) => ({ fn: basename(file, ".json") })));
  });

  it("the shipped flows together bring simulated readings to the event stream", async () => {
    await deploy(
      joinFlows(
        join(ROOT, "flows"),
        shipped.map((file) => basename(file, ".json")),
      ).nodes,
    );
    const stream = await openEventStream(`${nodeRed.origin}/gatehouse/events?topic=mesh/%2B/GPS`);
    const reading = JSON.parse((await stream.next()).data);
    stream.close();
    should(reading.value).have.properties("longitude", "latitude");
  });

  for (const file of examples) {
    it(`${file} shows data in the debug sidebar, or in the browser where it has none`, async () => {
      const flow = await withFreePorts(readFlows(join(ROOT, file)));
      await deploy(flow);
      const debugs = idsOf(flow, "debug");
      const hub = flow.find((node) => node.type === "gh-sse-hub");
      if (debugs.size === 0) return should(await firstEvent(String(hub?.path))).have.property("value");
      const press = pressing(idsOf(flow, "inject"));
      await comms.first(({ topic, data }) => topic === "debug" && debugs.has(String(data.id)));
      clearInterval(press);
    });
  }

  async function firstEvent(path: string): Promise<unknown> {
    const stream = await openEventStream(`${nodeRed.origin}${path}/events?topic=%23&latest=1`);
    const event = await stream.next();
    stream.close();
    return JSON.parse(event.data);
  }

  /** Presses the buttons again and again, as a person does: a port may still be opening. */
  function pressing(injects: ReadonlySet<string>): NodeJS.Timeout {
    return setInterval(() => {
      for (const id of injects) void fetch(`${nodeRed.origin}/inject/${id}`, { method: "POST" });
    }, PRESS_EVERY_MS);
  }
});
