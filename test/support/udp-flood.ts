/** A process that says HELLO from a thousand addresses, as fast as it can: `udp-flood.ts <server> <port>`. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

const ADDRESSES = 1000;
const PER_TURN = 200;

const [server, port] = process.argv.slice(2) as [string, string];
const sockets: Socket[] = [];
let sent = 0;

for (let index = 0; index < ADDRESSES; index++) {
  const socket = createSocket({ type: "udp4", lookup: (address, _options, done) => done(null, address, 4) });
  socket.on("error", () => undefined);
  // What is answered is read, as a flood from other machines would be.
  socket.on("message", () => undefined);
  const listening = once(socket, "listening");
  socket.bind(0, `127.3.${index >> 8}.${index & 255}`);
  await listening;
  sockets.push(socket);
}

function flood(): void {
  for (let count = 0; count < PER_TURN; count++) sockets[sent++ % ADDRESSES]!.send("HELLO   ", Number(port), server);
  setImmediate(flood);
}

process.send!("flooding");
process.on("message", () => process.send!(sent));
flood();
