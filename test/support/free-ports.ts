/** Free ports in the place of the fixed ones that flows and examples carry: many runs may share one machine. */

import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { DEFAULTS } from "../../scripts/defaults.ts";
import type { FlowNode } from "../../scripts/flows.ts";
import { freePort } from "./node-red.ts";

const POOL_SIZE = 20;
/** Below the ports that systems give out by themselves. */
const POOL_RANGE = [20_000, 32_000] as const;
const PORT_NAME = /^GATEHOUSE_\w*PORT$/;
const PORT_FIELD = /^\d{4,5}$/;

/** Every `GATEHOUSE_…PORT` and the pool, as environment of a Node-RED. */
export async function freePorts(): Promise<Record<string, string>> {
  const names = Object.keys(DEFAULTS).filter((name) => PORT_NAME.test(name));
  const ports = await Promise.all(names.map(async (name) => [name, String(await freePort())]));
  const byName = Object.fromEntries(ports) as Record<string, string>;
  const hub = `ws://127.0.0.1:${byName.GATEHOUSE_HUB_PORT}`;
  return { ...byName, GATEHOUSE_POOL: await freePool(), GATEHOUSE_HUB_URL: hub };
}

/** The flow with every port that it names replaced, wherever it stands in a text. */
export async function withFreePorts(flow: readonly FlowNode[]): Promise<FlowNode[]> {
  const replacements = await replacementsFor(flow);
  const taken = new RegExp(`\\b(?:${[...replacements.keys()].join("|")})\\b`, "g");
  return JSON.parse(JSON.stringify(flow).replace(taken, (port) => replacements.get(port)!)) as FlowNode[];
}

async function replacementsFor(flow: readonly FlowNode[]): Promise<Map<string, string>> {
  const defaults = Object.keys(DEFAULTS).filter((name) => PORT_NAME.test(name) || name === "GATEHOUSE_POOL");
  const fields = flow.flatMap((node) => Object.entries(node).filter(([name]) => /port$/i.test(name)));
  const own = fields.map(([, value]) => String(value)).filter((value) => PORT_FIELD.test(value));
  const ports = await freePorts();
  const known = defaults.map((name) => [DEFAULTS[name]!, ports[name]!] as const);
  const others = await Promise.all([...new Set(own)].map(async (port) => [port, String(await freePort())] as const));
  return new Map([...others, ...known]);
}

/** Twenty UDP ports in a row. */
async function freePool(): Promise<string> {
  const first = await freeUdpPorts(POOL_SIZE);
  return `${first}-${first + POOL_SIZE - 1}`;
}

/** The first of so many UDP ports in a row. */
export async function freeUdpPorts(size: number): Promise<number> {
  for (;;) {
    const first = randomInt(...POOL_RANGE);
    const ports = Array.from({ length: size }, (_, index) => first + index);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return first;
  }
}

async function isFree(port: number): Promise<boolean> {
  const socket = createSocket("udp4");
  const listening = once(socket, "listening").then(
    () => true,
    () => false,
  );
  socket.bind(port, "127.0.0.1");
  const isTaken = !(await listening);
  socket.close();
  return !isTaken;
}
