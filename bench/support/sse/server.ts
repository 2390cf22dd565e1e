/** A server of one kind in a process of its own: takes work and reports by messages. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createChannel, createEventBuffer, createSession } from "better-sse";
import express from "express";
import { openMemory } from "../../../backends/memory.ts";
import { readingText } from "../../../lib/sse/event-text.ts";
import { Access } from "../../../nodes/sse-hub/access.ts";
import { serveEvents } from "../../../nodes/sse-hub/events.ts";
import { Guests } from "../../../nodes/sse-hub/guests.ts";
import { Streams } from "../../../nodes/sse-hub/streams.ts";
import { Views } from "../../../nodes/sse-hub/views.ts";
import { THIS_MACHINE } from "../../../nodes/sse-hub/visitor.ts";
import { type Contender, reading, type ServerCommand, type ServerReply, type Work } from "./protocol.ts";

interface Server {
  serve(request: IncomingMessage, response: ServerResponse): void;
  /** Tells so many events in one tick. */
  tick(first: number, events: number): void;
  clients(): number;
  dropped(): number;
}

const SERVERS: Readonly<Record<Contender, () => Server>> = {
  gatehouse,
  raw,
  "better-sse": () => betterSse(false),
  "better-sse-batch": () => betterSse(true),
};

function gatehouse(): Server {
  const backend = openMemory({ maxCount: 1000, maxAgeMs: 0, maxSeries: 1000 });
  const streams = new Streams(
    {
      maxEvents: 16_384,
      maxBytes: 8 * 1024 * 1024,
      maxLagBytes: 1024 * 1024,
      maxClients: 20_000,
      keepAliveMs: 15_000,
      tickMs: 0,
    },
    { open: () => Promise.resolve(backend) },
    () => {},
  );
  streams.follow("bench", 0);
  const access = new Access(
    { registry: null, thisMachine: "first", base: "/gatehouse", isLoopbackOnly: () => true },
    new Guests(),
  );
  const views = new Views();
  // As in Node-RED, whose Express keeps more of each request.
  const app = express();
  app.use("/gatehouse", (request, response) => {
    const { searchParams: query } = new URL(request.url, "http://localhost");
    return serveEvents({ streams, access, views, visitor: THIS_MACHINE, query, request, response });
  });
  return {
    serve: app,
    tick(first, events) {
      for (let n = 0; n < events; n++) streams.publish(reading(first + n), "log");
    },
    clients: () => streams.clients,
    dropped: () => streams.counts().dropped.slow,
  };
}

/** The limit: the same text, formatted once, written to each socket, one write for each tick. */
function raw(): Server {
  const sockets = new Set<Socket>();
  return {
    serve(request, response) {
      response.useChunkedEncodingByDefault = false;
      response.writeHead(200, { "Content-Type": "text/event-stream", Connection: "close" });
      response.flushHeaders();
      const { socket } = request;
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => sockets.delete(socket));
    },
    tick(first, events) {
      let text = "";
      for (let n = 0; n < events; n++) {
        const told = reading(first + n);
        text += readingText(told, told.cursor);
      }
      const chunk = Buffer.from(text);
      for (const socket of sockets) socket.write(chunk);
    },
    clients: () => sockets.size,
    dropped: () => 0,
  };
}

/** Its broadcast, or its batch API with one buffer for all sessions. */
function betterSse(batch: boolean): Server {
  const channel = createChannel();
  return {
    serve(request, response) {
      void createSession(request, response).then((session) => channel.register(session));
    },
    tick(first, events) {
      if (batch) {
        const buffer = createEventBuffer();
        for (let n = 0; n < events; n++) {
          const told = reading(first + n);
          buffer.push(dataOf(told), "message", told.cursor);
        }
        for (const session of channel.activeSessions) void session.batch(buffer);
        return;
      }
      for (let n = 0; n < events; n++) {
        const told = reading(first + n);
        channel.broadcast(dataOf(told), "message", { eventId: told.cursor });
      }
    },
    clients: () => channel.sessionCount,
    dropped: () => 0,
  };
}

function dataOf({ topic, value, time, cursor }: ReturnType<typeof reading>): object {
  return { device: "mesh/5", type: "GPS", topic, value, time, cursor };
}

const server = SERVERS[process.argv[2] as Contender]();
let sequence = 0;

async function perform({ ticks, eventsPerTick }: Work): Promise<ServerReply> {
  global.gc?.();
  const cpu = process.cpuUsage();
  const began = performance.now();
  for (let n = 0; n < ticks; n++) {
    server.tick(sequence + 1, eventsPerTick);
    sequence += eventsPerTick;
    await nextTurn();
  }
  const { user, system } = process.cpuUsage(cpu);
  const events = ticks * eventsPerTick * server.clients();
  return { events, cpuSeconds: (user + system) / 1e6, wallSeconds: (performance.now() - began) / 1000 };
}

function report(): ServerReply {
  global.gc?.();
  return { clients: server.clients(), dropped: server.dropped(), rssBytes: process.memoryUsage.rss() };
}

const http = createServer((request, response) => server.serve(request, response));
http.listen(0, "127.0.0.1", 4096, () => process.send!({ port: (http.address() as AddressInfo).port }));
process.on("message", async (command: ServerCommand) => {
  process.send!("work" in command ? await perform(command.work) : report());
});
process.on("disconnect", () => process.exit());
