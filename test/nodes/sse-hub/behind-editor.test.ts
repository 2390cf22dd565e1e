/** A hub of a whole Node-RED, whose editor is served at the root and reads the bodies of requests first. */
import should from "should";
import { type NodeRed, startNodeRed } from "../../support/node-red.ts";

const JSON_TYPE = { "content-type": "application/json" };
const COMMAND = { device: "mesh/5", type: "message", payload: "go" };
const FLOW = [
  { id: "tab", type: "tab", label: "Hub" },
  { id: "store", type: "gh-store-backend", kind: "memory" },
  { id: "hub", type: "gh-sse-hub", path: "/gatehouse", store: "store" },
  { id: "in", z: "tab", type: "gh-browser-in", hub: "hub", wires: [["out"], []] },
  { id: "out", z: "tab", type: "debug", active: false },
];

describe("a hub behind the editor", () => {
  let nodeRed: NodeRed;

  before(async function start() {
    nodeRed = await startNodeRed({ flow: FLOW });
  });

  after(() => nodeRed.stop());

  for (const [title, body, status, error] of [
    ["a right command for a device that is away", JSON.stringify(COMMAND), 404, "offline"],
    ["what is no JSON", "{", 400, "bad-request"],
    ["a name that reaches a prototype", '{"device":"mesh/5","payload":{"__proto__":1}}', 400, "bad-request"],
    ["a body that is too long", JSON.stringify({ ...COMMAND, payload: "x".repeat(70_000) }), 413, "too-large"],
    ["one that the editor does not take either", `"${"x".repeat(6_000_000)}"`, 413, "too-large"],
  ] as const) {
    it(`answers ${title} in JSON`, async () => {
      const response = await fetch(`${nodeRed.origin}/gatehouse/commands`, {
        method: "POST",
        headers: JSON_TYPE,
        body,
      });
      should([response.status, ((await response.json()) as { error: string }).error]).deepEqual([status, error]);
    });
  }
});
