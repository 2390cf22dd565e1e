/** The limit in a process of its own: a bare `net` server that knows one reply, and pushes each request that it sees among the bytes. */
import { connect, createServer, type Socket } from "node:net";
import { END, START } from "../../../lib/uart/frame.ts";
import { CPU, cpuMs } from "./protocol.ts";

const [, , bytePort, port] = process.argv;
const REPLY = Buffer.from("SGPS\x06\x01\x05\x01\x02\x03\x04\x05\x06", "latin1");
const GREETING = "[syn]\0";
const REQUEST = "<Q>";
/** Of a frame: START and the address. */
const BEFORE_CODE = 3;
const listeners = new Set<Socket>();

const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
  socket.on("error", () => {});
  socket.on("close", () => listeners.delete(socket));
  socket.once("data", (request) => {
    if (request.toString("latin1") !== GREETING) return socket.end(REPLY);
    listeners.add(socket);
    return socket.write("[ack]\0");
  });
});

function push(bytes: Buffer): void {
  for (let from = bytes.indexOf(START); from >= 0; from = bytes.indexOf(START, from + 1)) {
    const at = from + BEFORE_CODE;
    if (bytes.toString("latin1", at, at + REQUEST.length) !== REQUEST) continue;
    const payload = bytes.subarray(at + REQUEST.length, bytes.indexOf(END, at));
    for (const socket of listeners) socket.write(Buffer.concat([Buffer.from("[REQ]\x05\0", "latin1"), payload]));
  }
}

connect({ port: Number(bytePort), host: "127.0.0.1", noDelay: true }).on("data", push);
process.on("message", (message) => message === CPU && process.send!(cpuMs()));
process.on("disconnect", () => process.exit());
server.listen(Number(port), "127.0.0.1", () => process.send!("ready"));
