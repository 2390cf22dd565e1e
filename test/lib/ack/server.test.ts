/** The server of ack/0, by the transcripts of PROTOCOLS 6.1. */
import should from "should";
import { AckServer, type ServerEvent, type ServerOptions } from "../../../lib/ack/server.ts";
import type { JsonObject } from "../../../lib/json/safe-json.ts";

const OPTIONS: ServerOptions = {
  capacity: 4,
  window: 2,
  maxPeers: 3,
  forgetAfterMs: 60_000,
  lastClientId: 1,
  mintDeviceId: () => "d-1",
};
const SEVEN = { kind: "device", id: "7" } as const;
const HERE = ["127.0.0.1", 51662] as const;

function serverOf(options: Partial<ServerOptions> = {}): AckServer<string> {
  return new AckServer({ ...OPTIONS, ...options });
}

function written(events: readonly ServerEvent<string>[], connection = "c1"): JsonObject[] {
  return events.flatMap((event) => (event.type === "write" && event.connection === connection ? [event.message] : []));
}

function typesOf(events: readonly ServerEvent<string>[]): string[] {
  return events.map((event) => ("reason" in event ? `${event.type} ${event.reason}` : event.type));
}

function identified(server: AckServer<string>, id = 1, connection = "c1"): ServerEvent<string>[] {
  server.open(connection, "device", HERE, false);
  return server.receive(connection, { dev_id: 7, id }, 0);
}

function command(fields: JsonObject, ref = "r", deadline = Number.POSITIVE_INFINITY) {
  return { fields, ref, deadline };
}

describe("the server of ack/0", () => {
  it("answers a device that identifies with the ack and an empty message", () => {
    const events = identified(serverOf());
    should(typesOf(events)).deepEqual(["identified", "write", "write"]);
    should(written(events)).deepEqual([{ ack: 1 }, { id: 1 }]);
  });

  it("acknowledges a message once it is committed, and not before", () => {
    const server = serverOf();
    identified(server);
    const [received] = server.receive("c1", { temperature: 21, humidity: 40, id: 2 }, 0);
    should(received).deepEqual({
      type: "received",
      connection: "c1",
      epoch: 0,
      n: 2,
      fields: { temperature: 21, humidity: 40 },
      ...SEVEN,
    });
    should(typesOf(server.receive("c1", { temperature: 21, humidity: 40, id: 2 }, 0))).deepEqual(["dropped duplicate"]);
    should(written(server.commit(SEVEN, 0, 2))).deepEqual([{ ack: 2 }]);
    should(server.commit(SEVEN, 0, 2)).be.empty();
  });

  it("takes a message again that could not be made safe, on a new connection", () => {
    const server = serverOf();
    identified(server);
    for (const id of [2, 3]) server.receive("c1", { n: id, id }, 0);
    server.commit(SEVEN, 0, 3);
    should(server.giveUp(SEVEN, 0, 2, 0)).deepEqual([
      { type: "disconnected", connection: "c1", ...SEVEN },
      { type: "close", connection: "c1", reason: "unsafe" },
    ]);
    server.close("c1", 0);
    identified(server, 4, "c2");
    should(typesOf(server.receive("c2", { n: 2, id: 2 }, 0))).deepEqual(["received"]);
    should(typesOf(server.receive("c2", { n: 3, id: 3 }, 0))).deepEqual(["dropped duplicate", "write"]);
  });

  it("acknowledges a repetition again, and hands it on no more", () => {
    const server = serverOf();
    identified(server);
    server.receive("c1", { a: 1, id: 2 }, 0);
    server.commit(SEVEN, 0, 2);
    const again = server.receive("c1", { a: 1, id: 2 }, 0);
    should(typesOf(again)).deepEqual(["dropped duplicate", "write"]);
    should(written(again)).deepEqual([{ ack: 2 }]);
  });

  it("sends what was pending in order after a reconnect: acks, messages with their ids, the ack, an empty message", () => {
    const server = serverOf();
    identified(server);
    server.receive("c1", { id: 1, ack: 1 }, 0);
    server.receive("c1", { a: 1, id: 2 }, 0);
    server.send(SEVEN, command({ reset: 1 }, "first"), 0);
    server.close("c1", 0);
    server.commit(SEVEN, 0, 2);
    server.send(SEVEN, command({ reset: 2 }, "second"), 0);
    const events = identified(server, 3, "c2");
    should(written(events, "c2")).deepEqual([
      { ack: 2 },
      { reset: 1, id: 2 },
      { reset: 2, id: 3 },
      { ack: 3 },
      { id: 4 },
    ]);
  });

  it("lets a resend arrive after the message that identifies", () => {
    const server = serverOf();
    identified(server, 5);
    should(typesOf(server.receive("c1", { late: 1, id: 3 }, 0))).deepEqual(["received"]);
  });

  it("begins a new count where a device identifies with an id that is not above the last one", () => {
    const server = serverOf();
    identified(server);
    server.receive("c1", { a: 1, id: 2 }, 0);
    server.close("c1", 0);
    identified(server, 1, "c2");
    should(server.receive("c2", { a: 9, id: 2 }, 0)).containDeep([{ type: "received", epoch: 1, n: 2 }]);
    should(written(server.commit(SEVEN, 0, 2), "c2")).be.empty();
  });

  it("counts an ack that comes twice, and one of an id that it never sent, and settles nothing by them", () => {
    const server = serverOf();
    identified(server);
    server.send(SEVEN, command({ n: 1 }), 0);
    should(typesOf(server.receive("c1", { ack: 2 }, 0))).deepEqual(["acknowledged"]);
    for (const ack of [2, 99]) should(typesOf(server.receive("c1", { ack }, 0))).deepEqual(["dropped unknown-ack"]);
  });

  it("sends no more than the window, and the next at an ack", () => {
    const server = serverOf();
    identified(server);
    const sent = [1, 2, 3].flatMap((n) => written(server.send(SEVEN, command({ n }, `r${n}`), 0)));
    should(sent).deepEqual([
      { n: 1, id: 2 },
      { n: 2, id: 3 },
    ]);
    const acked = server.receive("c1", { ack: 2 }, 0);
    should(acked[0]).deepEqual({ type: "acknowledged", ref: "r1", ...SEVEN });
    should(written(acked)).deepEqual([{ n: 3, id: 4 }]);
  });

  it("stops at the bound of an outbox and says so", () => {
    const server = serverOf();
    identified(server);
    for (const n of [1, 2, 3, 4]) server.send(SEVEN, command({ n }), 0);
    should(server.send(SEVEN, command({ n: 5 }, "fifth"), 0)).deepEqual([
      { type: "dropped", reason: "overflow", ref: "fifth", peer: SEVEN },
    ]);
  });

  it("never sends a message past its deadline, and reports it", () => {
    const server = serverOf();
    identified(server);
    server.close("c1", 0);
    server.send(SEVEN, command({ n: 1 }, "late", 500), 0);
    const events = server.handleTimer(1000);
    should(events).deepEqual([{ type: "dropped", reason: "expired", ref: "late", peer: SEVEN }]);
    should(written(identified(server, 2, "c2"), "c2")).deepEqual([{ ack: 2 }, { id: 2 }]);
  });

  it("passes over a late message at the moment of sending", () => {
    const server = serverOf();
    identified(server);
    for (const n of [1, 2]) server.send(SEVEN, command({ n }), 0);
    server.send(SEVEN, command({ n: 3 }, "late", 100), 0);
    should(written(server.receive("c1", { ack: 2 }, 200))).be.empty();
  });

  it("moves a device to the connection it comes from, and closes the other", () => {
    const server = serverOf();
    identified(server);
    const events = identified(server, 2, "c2");
    should(typesOf(events).slice(0, 3)).deepEqual(["remapped", "close taken-over", "identified"]);
    should(server.receive("c1", { a: 1, id: 3 }, 0)).be.empty();
    should(server.close("c1", 0)).be.empty();
    should(server.isConnected(SEVEN)).be.true();
  });

  it("lets a token that nobody asked for go no further", () => {
    const server = serverOf();
    server.open("c1", "device", HERE, false);
    should(typesOf(server.receive("c1", { dev_id: 7, token: "secret", id: 1 }, 0))).deepEqual([
      "identified",
      "write",
      "write",
    ]);
  });

  it("gives a device without an id one", () => {
    const server = serverOf();
    server.open("c1", "device", HERE, false);
    should(written(server.receive("c1", { dev_id: "", id: 1 }, 0))).deepEqual([{ ack: 1 }, { dev_id: "d-1", id: 1 }]);
  });

  it("greets a WebSocket, takes its answer, and what it missed comes first when it is back", () => {
    const server = serverOf();
    should(written(server.open("c1", "browser", HERE, true))).deepEqual([{ unique_client_id: 2 }]);
    should(written(server.receive("c1", { client_id: 2, id: 1 }, 0))).deepEqual([{ ack: 1 }, { id: 1 }]);
    const browser = { kind: "browser", id: "2" } as const;
    server.receive("c1", { ack: 1 }, 0);
    server.close("c1", 0);
    server.send(browser, command({ temperature: 21 }), 0);
    server.open("c2", "browser", HERE, true);
    should(written(server.receive("c2", { client_id: 2, id: 2 }, 0), "c2")).deepEqual([
      { temperature: 21, id: 2 },
      { ack: 2 },
      { id: 3 },
    ]);
  });

  it("keeps what waits for a user's browser from another user who says its client_id", () => {
    const server = serverOf();
    server.open("c1", "browser", HERE, true);
    const [{ id }] = server.receive("c1", { client_id: 2, id: 1 }, 0, "ada") as unknown as [{ id: string }];
    server.close("c1", 0);
    server.send({ kind: "browser", id }, command({ temperature: 21 }), 0);
    for (const [connection, user] of [
      ["c2", "bob"],
      ["c3", ""],
    ] as const) {
      server.open(connection, "browser", HERE, true);
      const events = server.receive(connection, { client_id: 2, id: 1 }, 0, user);
      should(written(events, connection)).deepEqual([{ ack: 1 }, { id: 1 }]);
    }
    server.open("c4", "browser", HERE, true);
    should(written(server.receive("c4", { client_id: 2, id: 2 }, 0, "ada"), "c4")[0]).deepEqual({
      temperature: 21,
      id: 2,
    });
  });

  it("takes a browser that names a device at once by the id of its greeting", () => {
    const server = serverOf();
    server.open("c1", "browser", HERE, true);
    const events = server.receive("c1", { dev_id: 7, id: 1 }, 0);
    should(events).containDeep([{ type: "received", kind: "browser", id: "2", fields: { dev_id: 7 } }]);
  });

  it("takes a WebSocket without a User-Agent that says client_id for a gateway", () => {
    const server = serverOf();
    server.open("c1", "device", HERE, true);
    const events = server.receive("c1", { client_id: 2, id: 1 }, 0);
    should(events[0]).containDeep({ type: "identified", kind: "gateway", id: "2" });
  });

  const REFUSED: readonly (readonly [string, JsonObject])[] = [
    ["a first message without identity", { temperature: 21, id: 1 }],
    ["an ack before the identity", { ack: 1 }],
    ["an identity without an id", { dev_id: 7 }],
    ["a name that is none", { dev_id: "a b", id: 1 }],
    ["a name that would reach a prototype", { dev_id: "__proto__", id: 1 }],
  ];
  for (const [what, message] of REFUSED) {
    it(`drops ${what}`, () => {
      const server = serverOf();
      server.open("c1", "device", HERE, false);
      should(server.receive("c1", message, 0)).deepEqual([{ type: "dropped", reason: "unidentified", peer: null }]);
    });
  }

  const DROPPED: readonly (readonly [string, JsonObject, string])[] = [
    ["a message without id", { temperature: 21 }, "no-id"],
    ["an id of zero", { temperature: 21, id: 0 }, "bad-id"],
    ["an id that is a text", { temperature: 21, id: "2" }, "bad-id"],
    ["an ack of nothing", { ack: 99 }, "unknown-ack"],
  ];
  for (const [what, message, reason] of DROPPED) {
    it(`drops ${what} as ${reason}`, () => {
      const server = serverOf();
      identified(server);
      should(server.receive("c1", message, 0)).deepEqual([{ type: "dropped", reason, peer: SEVEN }]);
    });
  }

  it("holds what is received and not yet committed within a bound, beyond which the peer has to begin anew", () => {
    const server = serverOf();
    identified(server);
    for (let id = 2; id < 1026; id++) server.receive("c1", { id, a: 1 }, 0);
    const full = ["dropped inbox-full", "disconnected", "close busy"];
    should(typesOf(server.receive("c1", { id: 1026, a: 1 }, 0))).deepEqual(full);
    server.commit(SEVEN, 0, 2);
    should(server.receive("c1", { id: 1027, a: 1 }, 0)).be.empty();
    identified(server, 1027, "c2");
    should(typesOf(server.receive("c2", { id: 1026, a: 1 }, 0))).deepEqual(["received"]);
  });

  it("knows no more peers than it may", () => {
    const server = serverOf({ maxPeers: 1 });
    identified(server);
    server.open("c2", "device", HERE, false);
    should(server.receive("c2", { dev_id: 8, id: 1 }, 0)).deepEqual([
      { type: "close", connection: "c2", reason: "peers-full" },
    ]);
  });

  it("drops what is for a peer that was never there, where it knows as many as it may", () => {
    const server = serverOf({ maxPeers: 1 });
    identified(server);
    const eight = { kind: "device", id: "8" } as const;
    const dropped = [{ type: "dropped", reason: "peers-full", peer: eight, ref: "r" }];
    should(server.send(eight, command({ n: 1 }), 0)).deepEqual(dropped);
    should(server.sendAgain(eight, { ...command({ n: 1 }), id: 3 }, 0)).deepEqual(dropped);
  });

  it("forgets a peer that is long gone, unless something waits for it", () => {
    const server = serverOf();
    identified(server);
    server.receive("c1", { ack: 1 }, 0);
    server.close("c1", 0);
    should(server.handleTimer(59_000)).be.empty();
    should(server.handleTimer(61_000)).deepEqual([{ type: "forgotten", ...SEVEN }]);
    should(server.nextDeadline()).equal(null);
  });

  it("begins a new count with a peer that comes back after it was forgotten", () => {
    const server = serverOf();
    identified(server);
    for (const id of [2, 3]) server.receive("c1", { a: id, id }, 0);
    for (const n of [2, 3]) server.commit(SEVEN, 0, n);
    server.receive("c1", { ack: 1 }, 0);
    server.close("c1", 0);
    should(typesOf(server.handleTimer(61_000))).deepEqual(["forgotten"]);
    identified(server, 1, "c2");
    should(server.receive("c2", { a: 9, id: 2 }, 0)).containDeep([{ type: "received", epoch: 1, n: 2 }]);
  });

  it("goes on after a restart with ids, epoch and what was sent", () => {
    const before = serverOf();
    identified(before);
    before.receive("c1", { a: 1, id: 2 }, 0);
    before.send(SEVEN, command({ reset: 1 }, "first"), 0);
    const after = serverOf();
    after.restore(SEVEN, before.stateOf(SEVEN)!, 0);
    const events = identified(after, 3);
    should(written(events)).deepEqual([{ reset: 1, id: 2 }, { ack: 3 }, { id: 3 }]);
    should(typesOf(after.receive("c1", { a: 1, id: 2 }, 0))).deepEqual(["dropped duplicate", "write"]);
  });
});
