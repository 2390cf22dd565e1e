/** `udp-handshake` in a real runtime, on real sockets. */
import should from "should";
import registerHandshake from "../../nodes/udp-handshake.ts";
import { freeUdpPorts } from "../support/free-ports.ts";
import { messageAt, registerProbe } from "../support/probe.ts";
import { deploy, nodeOf, startRuntime, stopRuntime, unload } from "../support/runtime.ts";
import { FieldClient } from "../support/udp-clients.ts";

const NODES = [registerProbe, registerHandshake];

interface Places {
  readonly handshakePort: number;
  readonly pool: string;
}

async function places(size = 20): Promise<Places> {
  const from = await freeUdpPorts(size + 1);
  return { handshakePort: from, pool: `${from + 1}-${from + size}` };
}

function serverFlow(fields: object): object[] {
  return [
    { id: "tab", type: "tab", label: "test" },
    { id: "relays", z: "tab", type: "udp-handshake", role: "server", ...fields, wires: [["answers"], ["events"]] },
    { id: "answers", z: "tab", type: "probe" },
    { id: "events", z: "tab", type: "probe" },
  ];
}

describe("udp-handshake", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  it("admits a client of the field and sends it every element", async () => {
    const at = await places();
    await deploy(NODES, serverFlow(at) as never);
    const client = await FieldClient.open({ address: "127.0.0.2", handshakePort: at.handshakePort });
    await client.join();
    await messageAt("events", ({ type }: { type: string }) => type === "joined");
    nodeOf("relays").receive({ type: "Speed", payload: 2 } as never);
    const { text } = await client.data!.next();
    should(text).equal('event: message\ndata: {"Element" : "Speed", "Data" : "2"}\n\n');
    nodeOf("relays").receive({ action: "clients" } as never);
    console.log(await messageAt("answers"));
    await client.close();
  });
});
