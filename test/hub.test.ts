/** A gateway and a hub in processes of their own: the hub is killed and comes back while devices send throughout. */
import should from "should";
import { connectDevice } from "../client/library/node.ts";
import { FramePeer } from "./support/ack-peers.ts";
import { GatewayAndHub } from "./support/gateway-and-hub.ts";

const DEVICES = ["a", "b", "c"];
const EVERY_MS = 20;
/** Of each device, while the hub is away: fewer in all than the gateway's queue holds, however long it takes to come back. */
const MOST_MEANWHILE = 300;

describe("a gateway and a hub in processes of their own", function suite() {
  this.timeout(240_000);
  let both: GatewayAndHub;
  const told: unknown[] = [];
  let tell = () => {};

  before(async () => {
    both = await GatewayAndHub.start();
  });

  after(() => both.end());

  const join = (id: string) =>
    connectDevice(`tcp://127.0.0.1:${both.devicePort}`, {
      id,
      onMessage: (message) => {
        told.push(message);
        tell();
      },
    });

  it("have each message once and in order at the hub, though the hub is killed, and its commands reach the device", async () => {
    const devices = DEVICES.map(join);
    let n = 0;
    let most = Number.POSITIVE_INFINITY;
    const sending = setInterval(() => {
      if (n >= most) return;
      n++;
      for (const device of devices) device.write({ n });
    }, EVERY_MS);
    await both.storedUpTo("a", 10);
    most = n + MOST_MEANWHILE;
    await both.killHub();
    await both.restartHub();
    await both.storedUpTo("a", n);
    clearInterval(sending);
    for (const id of DEVICES) should(await both.storedUpTo(id, n)).deepEqual(range(n));
    should(await both.command("a", "reset", 1)).equal(202);
    while (told.length === 0) {
      await new Promise<void>((resolve) => {
        tell = resolve;
      });
    }
    should(told).deepEqual([{ reset: 1 }]);
    for (const device of devices) device.close();
  });

  it("tell the hub's browsers and list of a device that comes and goes at the gateway", async () => {
    const status = async (name: string) => {
      const devices = (await (await both.ask("devices")).json()) as { device: string; status: string }[];
      return devices.find(({ device }) => device === `site/${name}`)?.status;
    };
    const browser = await FramePeer.join(both.hubPort);
    const { unique_client_id: id } = await browser.next();
    browser.send({ client_id: id, id: 1 });
    const device = join("d");
    device.write({ n: 1 });
    await browser.until((message) => message.dev_id === "d" && message.connected === 1);
    await both.storedUpTo("d", 1);
    while ((await status("d")) !== "active");
    device.close();
    await browser.until((message) => message.dev_id === "d" && message.disconnected === 1);
    while ((await status("d")) !== "disconnected");
    await browser.close();
  });
});

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
