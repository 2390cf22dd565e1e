/** The limit in a process of its own: for each frame that comes, one buffer as long as our event, written to each socket. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { readingText } from "../../../lib/sse/event-text.ts";
import { END } from "../../../lib/uart/frame.ts";

const HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
const [, , bytePort] = process.argv;
const sockets = new Set<Socket>();
/** As long as a real one. */
const cursor = "mh8f2k1z0a9b-100";
const value = { longitude: 121.0001, latitude: 25.0001 };
const event = Buffer.from(readingText({ topic: "mesh/5/GPS", value, time: Date.now(), cursor }, cursor));

const server = createServer({ noDelay: true }, (socket) => {
  socket.on("error", () => {});
  socket.on("close", () => sockets.delete(socket));
  socket.once("data", () => {
    socket.write(HEAD);
    sockets.add(socket);
  });
});

function tell(): void {
  for (const socket of sockets) socket.write(event);
}

connect({ port: Number(bytePort), host: "127.0.0.1", noDelay: true }).on("data", (bytes) => {
  for (const byte of bytes) if (byte === END) tell();
});
server.listen(0, "127.0.0.1", 4096, () => process.send!({ port: (server.address() as AddressInfo).port }));
process.on("disconnect", () => process.exit());
