import { setImmediate as turn } from "node:timers/promises";
import type { Node } from "node-red";
import should from "should";
import { Lists } from "../../../nodes/session-in/lists.ts";
import type { GatehouseMessage } from "../../../nodes/shared/message.ts";

type Sent = GatehouseMessage | [null, GatehouseMessage];

const session = (id: string) => ({ type: "session", id });
const event = (type: string, id: string) =>
  ({ type, payload: {}, _session: session(id) }) as unknown as GatehouseMessage;
const message = (payload: string, id: string) => ({ payload, _session: session(id) }) as unknown as GatehouseMessage;

/** `opened a` for an event, `a: x` for a message; what came as one list stands in one line. */
function inWords(sent: Sent): string {
  const one = Array.isArray(sent) ? sent[1] : sent;
  const parts = (one as { list?: true }).list ? (one.payload as GatehouseMessage[]) : [one];
  return parts
    .map(({ type, payload, _session }) => (type ? `${type} ${_session!.id}` : `${_session!.id}: ${payload}`))
    .join(", ");
}

describe("session-in, in lists", () => {
  let told: string[];
  let lists: Lists;

  beforeEach(() => {
    told = [];
    const node = { send: (sent: Sent) => told.push(inWords(sent)) };
    lists = new Lists(node as unknown as Node, () => "id");
  });

  it("tells who came, then what was said, then who left", async () => {
    lists.event(event("opened", "a"));
    lists.message(message("x", "a"));
    lists.event(event("closed", "a"));
    lists.event(event("opened", "b"));
    lists.message(message("y", "b"));
    should(told).be.empty();
    await turn();
    should(told).deepEqual(["opened a, opened b", "a: x, b: y", "closed a"]);
  });

  it("lets nothing overtake an event of another kind", () => {
    lists.message(message("x", "a"));
    lists.event(event("dropped", "a"));
    lists.message(message("y", "a"));
    should(told).deepEqual(["a: x", "dropped a"]);
  });

  it("keeps the order of more than goes in one list", () => {
    for (let count = 0; count < 1024; count++) {
      lists.event(event("opened", `s${count}`));
      lists.message(message("x", `s${count}`));
      lists.event(event("closed", `s${count}`));
    }
    lists.flush();
    should(told.map((line) => line.split(", ").length)).deepEqual([1024, 1023, 1023, 1, 1]);
    should(told.map((line) => line.slice(0, 9))).deepEqual([
      "opened s0",
      "s0: x, s1",
      "closed s0",
      "s1023: x",
      "closed s1",
    ]);
  });
});
