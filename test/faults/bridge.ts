/** The promises of the device bridge: killed, redeployed and restarted under load, what was acknowledged is stored once and in order. */
import { FaultDevice } from "./bridge/devices.ts";
import { Bridge, type Census, flowOf } from "./bridge/node-red.ts";
import type { FaultFigure } from "./fault.ts";

const DEVICES = 200;
const PER_SECOND = 10;
const KILLS = 30;
const LIVE_MS = 2000;
const REDEPLOYS = 100;
const STORM = 5000;
const STORM_WITHIN_S = 60;
const DRAIN_MS = 60_000;

export default async function run(): Promise<FaultFigure[]> {
  return [await killed(), ...(await redeployed()), await storm()];
}

function startDevices(bridge: Bridge, count: number, prefix: string): FaultDevice[] {
  return Array.from({ length: count }, (_, index) => new FaultDevice(`${prefix}-${index}`, bridge.devicePort));
}

async function killed(): Promise<FaultFigure> {
  const bridge = await Bridge.start();
  const devices = startDevices(bridge, DEVICES, "kill");
  for (const device of devices) device.run(PER_SECOND);
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(LIVE_MS);
    await bridge.kill();
    await bridge.restart();
  }
  const { lost, doubled, misplaced, acknowledged } = await settle(bridge, devices);
  return {
    fault: "bridge: kill -9 under load",
    figure: `${KILLS} kills, ${acknowledged} acknowledged, ${lost} lost, ${doubled} doubled, ${misplaced} out of order`,
    promise: "0 lost, 0 doubled, order kept",
    kept: acknowledged > 0 && lost + doubled + misplaced === 0,
  };
}

async function redeployed(): Promise<FaultFigure[]> {
  const bridge = await Bridge.start();
  const devices = startDevices(bridge, DEVICES, "deploy");
  for (const device of devices) device.run(PER_SECOND);
  await until(() => devices.every(({ isConnected }) => isConnected));
  const before = await bridge.census();
  const types = ["full", "flows", "nodes"] as const;
  for (let deploy = 0; deploy < REDEPLOYS; deploy++) {
    const from = bridge.nodeRed.log().length;
    await bridge.nodeRed.deploy(renamed(deploy), types[deploy % types.length]);
    await bridge.nodeRed.printed("Started", from);
  }
  await until(() => devices.every(({ isConnected }) => isConnected));
  const after = await bridge.census();
  const hasWarned = bridge.nodeRed.log().includes("MaxListenersExceededWarning");
  const { lost, doubled, misplaced, acknowledged } = await settle(bridge, devices);
  return [
    {
      fault: "bridge: redeploys under load",
      figure: `${REDEPLOYS} deploys, ${acknowledged} acknowledged, ${lost} lost, ${doubled} doubled, ${misplaced} out of order`,
      promise: "0 lost, 0 doubled, order kept",
      kept: acknowledged > 0 && lost + doubled + misplaced === 0,
    },
    {
      fault: "bridge: held over redeploys",
      figure: `${textOf(before)} before, ${textOf(after)} after${hasWarned ? ", and a warning of leaked listeners" : ""}`,
      promise: "constant",
      kept: isConstant(before, after) && !hasWarned,
    },
  ];
}

function textOf({ descriptors, ports, listeners }: Census): string {
  return `${descriptors} descriptors, ${ports} ports, ${listeners} listeners`;
}

/** A descriptor or two come and go with what is being done at the moment. */
function isConstant(before: Census, after: Census): boolean {
  const isSame = after.ports === before.ports && after.listeners === before.listeners;
  return isSame && Math.abs(after.descriptors - before.descriptors) <= 2;
}

/** Changes the name of a node, and now and then of the endpoint itself. */
function renamed(deploy: number) {
  const changed = deploy % 2 === 0 ? "bridge-ack" : "bridge-devices";
  return flowOf().map((node) => (node.id === changed ? { ...node, name: `deploy ${deploy}` } : node));
}

async function storm(): Promise<FaultFigure> {
  const bridge = await Bridge.start();
  const devices = startDevices(bridge, STORM, "storm");
  for (const device of devices) device.send();
  await until(() => devices.every(({ isConnected, held }) => isConnected && held === 0), DRAIN_MS);
  await bridge.kill();
  for (const device of devices) device.send();
  await bridge.restart();
  const from = performance.now();
  await until(() => devices.every(({ isConnected, held }) => isConnected && held === 0), DRAIN_MS);
  const seconds = (performance.now() - from) / 1000;
  const { lost, doubled, misplaced } = await settle(bridge, devices);
  return {
    fault: "bridge: a restart's storm",
    figure: `${STORM} devices back in ${seconds.toFixed(1)} s, ${lost} lost, ${doubled} doubled, ${misplaced} out of order`,
    promise: `back within ${STORM_WITHIN_S} s, 0 lost`,
    kept: seconds <= STORM_WITHIN_S && lost + doubled + misplaced === 0,
  };
}

interface Settled {
  readonly acknowledged: number;
  readonly lost: number;
  readonly doubled: number;
  readonly misplaced: number;
}

/** Lets the devices finish, and compares what each sent with what is stored. */
async function settle(bridge: Bridge, devices: readonly FaultDevice[]): Promise<Settled> {
  for (const device of devices) device.pause();
  await until(() => devices.every(({ held }) => held === 0), DRAIN_MS);
  const sums = { acknowledged: 0, lost: 0, doubled: 0, misplaced: 0 };
  for (const device of devices) {
    const stored = await untilStored(bridge, device);
    const known = new Set(stored);
    sums.acknowledged += device.acknowledged;
    sums.lost += device.acknowledged - known.size;
    sums.doubled += stored.length - known.size;
    sums.misplaced += stored.filter((n, index) => index > 0 && n < stored[index - 1]!).length;
  }
  for (const device of devices) device.end();
  await bridge.end();
  return sums;
}

/** A message is acknowledged when it is safe, and stored a moment later. */
async function untilStored(bridge: Bridge, device: FaultDevice): Promise<number[]> {
  const latest = performance.now() + DRAIN_MS / 10;
  for (;;) {
    const stored = await bridge.numbersOf(device.name);
    if (new Set(stored).size >= device.acknowledged || performance.now() > latest) return stored;
  }
}

async function until(fits: () => boolean, withinMs = DRAIN_MS): Promise<void> {
  const latest = performance.now() + withinMs;
  while (!fits()) {
    if (performance.now() > latest) return;
    await sleep(20);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
