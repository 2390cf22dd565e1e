/** `udp-handshake` in role board, in a real runtime, as the gateway and as the board. */
import should from "should";
import { sinceRealPeer } from "../../../nodes/shared/simulated.ts";
import { messageAt, messagesAt, statusOf } from "../../support/probe.ts";
import { deploy, loggedErrors, nodeOf, startRuntime, stopRuntime, unload } from "../../support/runtime.ts";
import { UdpPeer } from "../../support/udp-clients.ts";
import { freePlaces, type Places, UDP_NODES, udpFlow } from "../../support/udp-flow.ts";

const RECORD = '"WINDSTAT",2,33,44';

interface Event {
  readonly type: string;
  readonly payload: { readonly address?: string };
}

interface Record {
  readonly payload: Buffer;
  readonly device: string;
  readonly address: string;
  readonly port: number;
}

describe("udp-handshake with a board", () => {
  let at: Places;
  let board: UdpPeer;

  before(startRuntime);
  after(stopRuntime);
  beforeEach(async () => {
    at = await freePlaces(1);
    board = await UdpPeer.open("127.0.0.2");
  });
  afterEach(async () => {
    await unload();
    await board.close();
  });

  const gateway = (fields: object = {}) => ({ id: "gw", role: "board", boardPort: at.boardPort, ...fields });

  async function serve(fields: object = {}): Promise<void> {
    await deploy(UDP_NODES, udpFlow(gateway(fields)));
    await opened();
  }

  async function opened(): Promise<void> {
    const probe = await UdpPeer.open();
    const asking = setInterval(() => void probe.send("SYNCH_2 ", at.boardPort), 20);
    await probe.next();
    clearInterval(asking);
    await probe.close();
  }

  it("answers SYNCH_2 with SYNCH_3, to the sender", async () => {
    await serve();
    await board.send("SYNCH_2 ", at.boardPort);
    should(await board.next()).deepEqual({ text: "SYNCH_3 ", address: "127.0.0.1", port: at.boardPort });
    const fits = ({ type, payload }: Event) => type === "synched" && payload.address === "127.0.0.2";
    should((await messageAt<Event>("gw-2", fits)).payload).deepEqual({ address: "127.0.0.2", port: board.port });
  });

  it("hands on each other datagram as a record, as it came", async () => {
    await serve({ device: "solar/roof" });
    const records = [RECORD, "a\0\xff\n", "x".repeat(2048), ""];
    for (const text of records) await board.send(text, at.boardPort);
    await messageAt("gw-1", () => messagesAt("gw-1").length === records.length);
    const got = messagesAt<Record>("gw-1");
    should(got.map(({ payload }) => payload.toString("latin1"))).deepEqual(records);
    should(got[0]).containDeep({ device: "solar/roof", address: "127.0.0.2", port: board.port });
  });

  it("seeks the board whose address it is given, and hears no other one", async () => {
    await deploy(UDP_NODES, udpFlow(gateway({ peer: `127.0.0.2:${board.port}`, seekEveryS: 0.1 })));
    should(await board.next()).deepEqual({ text: "SYNCH_1 ", address: "127.0.0.1", port: at.boardPort });
    const other = await UdpPeer.open("127.0.0.3");
    await other.send("false", at.boardPort);
    await board.send("SYNCH_2 ", at.boardPort);
    await board.send(RECORD, at.boardPort);
    const { payload } = await messageAt<Record>("gw-1");
    should(payload.toString()).equal(RECORD);
    should(messagesAt("gw-1")).have.length(1);
    await other.close();
  });

  it("says that the board is silent, and that it is back", async () => {
    await serve({ silentS: 0.2, device: "solar/roof" });
    const silent = await messageAt("gw-2", ({ type }) => type === "silent");
    should(silent).containDeep({ device: "solar/roof", type: "silent", payload: { forS: 0 } });
    await board.send(RECORD, at.boardPort);
    await messageAt("gw-2", ({ type }) => type === "heard");
    await messageAt(
      "gw-2",
      () => messagesAt<{ type: string }>("gw-2").filter(({ type }) => type === "silent").length === 2,
    );
  });

  it("says that a real board is there, so that simulators step aside", async () => {
    await deploy(UDP_NODES, udpFlow(gateway()));
    await statusOf("gw", "udp-handshake.status.seeking");
    should(sinceRealPeer("udp", at.boardPort)).equal(Number.POSITIVE_INFINITY);
    await board.send(RECORD, at.boardPort);
    await messageAt("gw-1");
    should(sinceRealPeer("udp", at.boardPort)).be.below(5000);
  });

  it("as the board's own side says SYNCH, and sends each record in a datagram", async () => {
    const own = { id: "own", role: "board", side: "board", boardPort: at.boardPort };
    await deploy(UDP_NODES, udpFlow(gateway(), { ...own }));
    await messageAt("gw-2", ({ type }) => type === "synched");
    await messageAt("own-2", ({ type }) => type === "synched");
    nodeOf("own").receive({ payload: RECORD } as never);
    nodeOf("own").receive({ payload: Buffer.from([1, 2]) } as never);
    await messageAt("gw-1", () => messagesAt("gw-1").length === 2);
    should(messagesAt<Record>("gw-1").map(({ payload }) => payload)).deepEqual([
      Buffer.from(RECORD),
      Buffer.from([1, 2]),
    ]);
    // It is simulated, and no real board.
    should(sinceRealPeer("udp", at.boardPort)).equal(Number.POSITIVE_INFINITY);
    nodeOf("own").receive({ payload: 5 } as never);
    const { error } = await messageAt<{ error: { message: string } }>("caught");
    should(error.message).match(/msg.payload must be a Buffer or a string, got number/);
  });

  it("says at the deploy that another program has its port, and opens when it is free", async () => {
    const program = await UdpPeer.open("127.0.0.1", at.boardPort);
    await deploy(UDP_NODES, udpFlow(gateway()));
    while (loggedErrors().length === 0) await new Promise((resolve) => setImmediate(resolve));
    should(loggedErrors()).deepEqual([`UDP port ${at.boardPort} of 127.0.0.1 is in use by another program`]);
    await program.close();
    await opened();
  });

  for (const [fields, fault] of [
    [{ boardPort: "55x56" }, '"boardPort" must be 1..65535, got 55x56'],
    [{ peer: "board" }, '"peer" must be host:port or ip,port, got "board"'],
    [{ device: "board" }, /^"device" must be <network>\/<address>/],
    [{ silentS: "-1" }, '"silentS" must be 0..86400, got -1'],
  ] as const) {
    it(`stays inert and names the field with ${JSON.stringify(fields)}`, async () => {
      await deploy(UDP_NODES, udpFlow(gateway(fields)));
      should(loggedErrors()).match([fault]);
    });
  }
});
