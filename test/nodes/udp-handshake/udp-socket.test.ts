import should from "should";
import { type UdpListener, UdpSocket } from "../../../nodes/udp-handshake/udp-socket.ts";
import { UdpPeer } from "../../support/udp-clients.ts";

const LOOPBACK = { address: "127.0.0.1", port: 0 };

/** A listener that keeps what it hears. */
function listening(): UdpListener & { readonly heard: string[]; readonly faulty: Promise<NodeJS.ErrnoException> } {
  const heard: string[] = [];
  let fail: (error: NodeJS.ErrnoException) => void = () => {};
  const faulty = new Promise<NodeJS.ErrnoException>((resolve) => {
    fail = resolve;
  });
  return { heard, faulty, datagram: (bytes) => void heard.push(bytes.toString()), fault: (error) => fail(error) };
}

describe("a UDP socket", () => {
  let peer: UdpPeer;

  beforeEach(async () => {
    peer = await UdpPeer.open();
  });
  afterEach(() => peer.close());

  it("says how much of the receive buffer it asked for was granted", async () => {
    const socket = await UdpSocket.open({ ...LOOPBACK, receiveBytes: 100_000 }, listening());
    should(socket.receiveBytes).be.within(1, 200_000);
    await socket.close();
    should(socket.receiveBytes).equal(0);
  });

  it("sends to whom it is told, or to its peer, and keeps its port", async () => {
    const socket = await UdpSocket.open(LOOPBACK, listening());
    const { port } = socket.local;
    const there = { address: "127.0.0.1", port: peer.port };
    socket.send(Buffer.from("a"), there);
    should(socket.connect(there)).be.true();
    socket.send(Buffer.from("b"), there);
    should([await peer.next(), await peer.next()].map((one) => [one.text, one.port])).deepEqual([
      ["a", port],
      ["b", port],
    ]);
    await socket.close();
  });

  it("has no peer to whom there is no way", async () => {
    const socket = await UdpSocket.open(LOOPBACK, listening());
    should(socket.connect({ address: "::1", port: 7 })).be.false();
    should(socket.remote).be.null();
    await socket.close();
  });

  it("tells that nobody is at its peer's port", async () => {
    const listener = listening();
    const socket = await UdpSocket.open(LOOPBACK, listener);
    const gone = await UdpPeer.open();
    const there = { address: "127.0.0.1", port: gone.port };
    await gone.close();
    socket.connect(there);
    socket.send(Buffer.from("a"), there);
    should((await listener.faulty).code).equal("ECONNREFUSED");
    await socket.close();
  });

  it("answers a send after its end with an error, and closes twice as once", async () => {
    const socket = await UdpSocket.open(LOOPBACK, listening());
    await Promise.all([socket.close(), socket.close()]);
    const error = await new Promise<Error | null>((resolve) => socket.send(Buffer.from("a"), LOOPBACK, resolve));
    should(error!.message).equal("the socket is closed");
    socket.disconnect();
  });

  it("cannot be had on an address that is not this machine's", async () => {
    await should(UdpSocket.open({ address: "192.0.2.1", port: 0 }, listening())).be.rejectedWith(/EADDRNOTAVAIL/);
  });
});
