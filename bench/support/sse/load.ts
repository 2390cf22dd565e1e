/** Many browsers in a process of their own: raw connections that read and count, or never read. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { LoadCommand } from "./protocol.ts";

/** What a browser sends. */
const REQUEST = [
  "GET /gatehouse/events?topic=mesh/%23 HTTP/1.1",
  "Host: localhost:1880",
  "Connection: keep-alive",
  'sec-ch-ua-platform: "Linux"',
  "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
  "accept: text/event-stream",
  'sec-ch-ua: "Chromium";v="140", "Not=A?Brand";v="24"',
  "sec-ch-ua-mobile: ?0",
  "Sec-Fetch-Site: same-origin",
  "Sec-Fetch-Mode: cors",
  "Sec-Fetch-Dest: empty",
  "Referer: http://localhost:1880/gatehouse/",
  "Accept-Encoding: gzip, deflate, br, zstd",
  "Accept-Language: en-US,en;q=0.9",
  "",
  "",
].join("\r\n");
/** Connections begun at a time: fewer than a listen queue holds. */
const AT_A_TIME = 250;

const sockets: Socket[] = [];
let bytes = 0;

async function open(port: number, reads: boolean): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(REQUEST);
  sockets.push(socket);
  await once(socket, "data");
  if (!reads) socket.pause();
  else {
    socket.on("data", (chunk) => {
      bytes += chunk.length;
    });
  }
}

async function openAll(port: number, clients: number, reads: boolean): Promise<void> {
  for (let begun = 0; begun < clients; begun += AT_A_TIME) {
    const some = Math.min(AT_A_TIME, clients - begun);
    await Promise.all(Array.from({ length: some }, () => open(port, reads)));
  }
}

process.on("message", async (command: LoadCommand) => {
  if ("connect" in command) {
    const { port, clients, reads } = command.connect;
    await openAll(port, clients, reads);
    process.send!({ connected: sockets.length });
  } else process.send!({ bytes });
});
process.on("disconnect", () => process.exit());
