/** Device clients in each language against `npm start`, over lines that break, and unplugged: nothing is lost, all in order. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import should from "should";
import { type DeviceTrial, TRIALS } from "./support/device-trials.ts";
import { FaultProxy } from "./support/fault-proxy.ts";
import { describeWith } from "./support/needs.ts";
import { type Started, startGatehouse } from "./support/started.ts";

const BREAKS = 20;
/** Of measurements. */
const PACE_MS = 8;

describe("device clients", function suite() {
  this.timeout(120_000);
  let userDir: string;
  let gatehouse: Started;

  before(async () => {
    userDir = mkdtempSync(join(tmpdir(), "gatehouse-clients-"));
    gatehouse = await startGatehouse({ GATEHOUSE_SIMULATE: "0", GATEHOUSE_USER_DIR: userDir });
  });

  after(async () => {
    await gatehouse.stop("SIGTERM");
    rmSync(userDir, { recursive: true, force: true });
  });

  async function stored(device: string): Promise<number[]> {
    const url = `${gatehouse.origin}/gatehouse/history?device=${device}&type=n&limit=10000`;
    const rows = (await (await fetch(url)).json()) as { readonly value: number }[];
    return rows.map(({ value }) => value);
  }

  /** Asks until the device's last number is there. */
  async function storedUpTo(device: string, last: number): Promise<number[]> {
    for (;;) {
      const numbers = await stored(device);
      if (numbers.at(-1) === last || numbers.length > last) return numbers;
      await wait(50);
    }
  }

  function command(device: string, payload: number): Promise<Response> {
    const body = JSON.stringify({ device, type: "reset", payload, deadline: Date.now() + 60_000 });
    const headers = { "content-type": "application/json" };
    return fetch(`${gatehouse.origin}/gatehouse/commands`, { method: "POST", headers, body });
  }

  for (const { name, port, missing, start } of TRIALS) {
    describeWith(name, missing(), () => {
      let proxy: FaultProxy;
      let trial: DeviceTrial;

      async function join(seed: number, breaks: number, id: string): Promise<void> {
        proxy = await FaultProxy.to(gatehouse.env[port]!, { seed, breaks });
        trial = await start(proxy.port, id);
      }

      afterEach(async () => {
        await trial.stop();
        await proxy.unplug();
      });

      it("loses nothing, keeps the order and stores nothing twice, over a line that breaks in every way", async () => {
        const id = `${name.replaceAll(/\W+/g, "-")}-broken`;
        await join(7, BREAKS, id);
        let written = 0;
        while (proxy.connections <= BREAKS) {
          trial.write({ n: ++written, text: 'it said "ä{}" \\' });
          await wait(PACE_MS);
        }
        trial.write({ n: ++written });
        should(await storedUpTo(`site/${id}`, written)).deepEqual(range(written));
        console.log(`      ${name}: ${written} messages over ${proxy.connections} lines`, proxy.happened);
        should(Object.values(proxy.happened).filter((count) => count > 0).length).be.above(3);
      });

      it("keeps what it writes while it is unplugged, hears commands, and is told of each change", async () => {
        const id = `${name.replaceAll(/\W+/g, "-")}-unplugged`;
        await join(1, 0, id);
        await trial.heard((line) => line === `connected ${id}`);
        trial.write({ n: 1 });
        await storedUpTo(`site/${id}`, 1);
        await proxy.unplug();
        await trial.heard((line) => line.startsWith("disconnected"));
        for (const index of range(20)) trial.write({ n: index + 1 });
        await proxy.plug();
        await trial.heard((line) => line === `connected ${id}`);
        should(await storedUpTo(`site/${id}`, 21)).deepEqual(range(21));
        should((await command(`site/${id}`, 5)).status).equal(202);
        const line = await trial.heard((line) => line.startsWith("message "));
        should(JSON.parse(line.slice("message ".length))).containDeep({ reset: 5 });
      });

      it("keeps what it writes while its line swallows everything, and comes back by another one", async () => {
        const id = `${name.replaceAll(/\W+/g, "-")}-swallowed`;
        await join(1, 0, id);
        await trial.heard((line) => line === `connected ${id}`);
        proxy.darken();
        for (const n of range(20)) trial.write({ n });
        await trial.heard((line) => line.startsWith("disconnected"));
        proxy.lighten();
        await trial.heard((line) => line === `connected ${id}`);
        should(await storedUpTo(`site/${id}`, 20)).deepEqual(range(20));
      });

      it("says that it does not take what the other side would not, or what is too much", async () => {
        await join(1, 0, `${name.replaceAll(/\W+/g, "-")}-full`);
        await proxy.unplug();
        trial.write({});
        should(await trial.heard((line) => line.startsWith("refused"))).equal("refused unsendable");
        trial.write({ text: "x".repeat(70_000) });
        should(await trial.heard((line) => line.startsWith("refused"))).equal("refused too-long");
        for (const index of range(trial.capacity + 1)) trial.write({ n: index });
        should(await trial.heard((line) => line.startsWith("refused"))).equal("refused full");
      });
    });
  }
});

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
