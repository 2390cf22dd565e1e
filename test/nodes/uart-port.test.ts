/** uart-port in a Node-RED runtime: devices that come and go, second holders, its list of ports. */
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import should from "should";
import type { LinkListener } from "../../nodes/shared/byte-link.ts";
import { collectSamples } from "../../nodes/shared/metrics.ts";
import { hostSim } from "../../nodes/shared/sim-link.ts";
import registerPort, { type PortState, type UartPortNode } from "../../nodes/uart-port.ts";
import { describeWith, programMissing } from "../support/needs.ts";
import { freePort } from "../support/node-red.ts";
import { deploy, loggedErrors, nodeOf, redeploy, startRuntime, stopRuntime, unload } from "../support/runtime.ts";
import { SerialLine } from "../support/serial-line.ts";

const DEAF: LinkListener = { bytes: () => undefined, closed: () => undefined };

function port(device: string, more: object = {}): Record<string, unknown> {
  return { id: "port", type: "gh-uart-port", device, ...more };
}

/** Resolves with the first state, present or to come, that has the name. */
function reached(name: PortState["name"], id = "port"): Promise<PortState> {
  return new Promise((resolve) => {
    const unsubscribe = nodeOf<UartPortNode>(id).subscribe({
      state(state) {
        if (state.name !== name) return;
        resolve(state);
        setImmediate(() => unsubscribe());
      },
    });
  });
}

function nextBytes(): Promise<string> {
  return new Promise((resolve) => {
    const unsubscribe = nodeOf<UartPortNode>("port").subscribe({
      bytes(chunk) {
        unsubscribe();
        resolve(chunk.toString());
      },
    });
  });
}

const code = (write: Promise<void>) =>
  write.then(
    () => "written",
    (error: { code: string }) => error.code,
  );

function sample(name: string, direction?: string): number | undefined {
  const found = collectSamples().filter(
    (one) => one.name === name && one.labels.port === nodeOf<UartPortNode>("port").device,
  );
  return found.find(({ labels }) => labels.direction === direction)?.value;
}

describe("uart-port", () => {
  before(startRuntime);
  after(stopRuntime);
  afterEach(unload);

  it("names a wrong option, and stays inert", async () => {
    await deploy([registerPort], [port("ttyUSB0")]);
    const message = '"device" must be a path such as /dev/ttyUSB0, tcp://host:port or sim:<name>, got ttyUSB0';
    should(loggedErrors()).deepEqual([message]);
    should(await reached("failed")).deepEqual({ name: "failed", detail: message });
    should(await code(nodeOf<UartPortNode>("port").write(Buffer.of(1)))).equal("closed");
  });

  it("names an option that is out of range", async () => {
    await deploy([registerPort], [port("sim:x", { baudRate: "7" })]);
    should(loggedErrors()).deepEqual(['"baudRate" must be 50..12000000, got 7']);
  });

  it("says what it waits for, and opens as soon as a simulator is there", async () => {
    await deploy([registerPort], [port("sim:late")]);
    should(await reached("waiting")).deepEqual({ name: "waiting", detail: "no simulator for sim:late" });
    should(await code(nodeOf<UartPortNode>("port").write(Buffer.of(1)))).equal("closed");
    const host = hostSim("late", DEAF);
    should(await reached("open")).deepEqual({ name: "open", detail: "sim:late" });
    const heard = nextBytes();
    await host.write(Buffer.from("up"));
    should(await heard).equal("up");
    await host.close();
    should((await reached("waiting")).detail).equal("the simulator of sim:late stopped");
  });

  it("counts bytes and writes that it refused, by the device where it has no name", async () => {
    const host = hostSim("counted", DEAF);
    await deploy([registerPort], [port("sim:counted", { queueBytes: "256" })]);
    await reached("open");
    const node = nodeOf<UartPortNode>("port");
    const writes = [node.write(Buffer.alloc(200)), node.write(Buffer.alloc(100))].map(code);
    should(await Promise.all(writes)).deepEqual(["written", "full"]);
    const heard = nextBytes();
    await host.write(Buffer.from("abc"));
    await heard;
    should(sample("gatehouse_uart_bytes_total", "in")).equal(3);
    should(sample("gatehouse_uart_bytes_total", "out")).equal(200);
    should(sample("gatehouse_uart_open")).equal(1);
    const drops = collectSamples().filter(({ labels }) => labels.where === "uart-port:sim:counted");
    should(drops.find(({ labels }) => labels.reason === "full")?.value).equal(1);
    await host.close();
  });

  it("lets one node hold a device, and tells the other which", async () => {
    const host = hostSim("one", DEAF);
    const first = port("sim:one", { name: "Mesh module" });
    await deploy([registerPort], [first, port("sim:one", { id: "second" })]);
    const states = await Promise.all([reached("open"), reached("waiting", "second")]);
    should(states[1].detail).equal("held by Mesh module");
    await redeploy([port("sim:one", { id: "second" })]);
    await reached("open", "second");
    await host.close();
  });

  it("speaks through a TCP bridge, and comes back when it does", async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket.on("error", () => undefined));
      socket.pipe(socket);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port: number } = server.address() as { port: number };
    await deploy([registerPort], [port(`tcp://127.0.0.1:${number}`)]);
    await reached("open");
    const heard = nextBytes();
    await nodeOf<UartPortNode>("port").write(Buffer.from("there and back"));
    should(await heard).equal("there and back");
    sockets[0]!.destroy();
    should((await reached("waiting")).detail).equal("the other side closed the connection");
    await reached("open");
    should(sample("gatehouse_uart_reconnects_total")).equal(1);
    await unload();
    server.close();
    await once(server, "close");
  });

  it("says why a bridge with several addresses cannot be reached", async () => {
    const number = await freePort();
    await deploy([registerPort], [port(`tcp://localhost:${number}`)]);
    should((await reached("waiting")).detail).match(/ECONNREFUSED/);
  });

  it("closes at once while a bridge does not answer", async () => {
    // TEST-NET-1: packets for it go nowhere (RFC 5737).
    await deploy([registerPort], [port("tcp://192.0.2.1:4001")]);
    const start = performance.now();
    await unload();
    should(performance.now() - start).be.below(5000);
  });

  it("closes at once while it waits for what is not there", async () => {
    await deploy([registerPort], [port("/dev/does-not-exist")]);
    should((await reached("waiting")).detail).match(/no such file/i);
    const start = performance.now();
    await unload();
    should(performance.now() - start).be.below(5000);
  });

  describeWith("on a serial line", programMissing("socat"), () => {
    it("comes back each time that the device is unplugged and plugged in again", async () => {
      const line = new SerialLine();
      await deploy([registerPort], [port(line.path)]);
      should((await reached("waiting")).detail).match(/no such file/i);
      await line.plug();
      await reached("open");
      for (let cycle = 0; cycle < 2; cycle++) {
        await line.unplug();
        should((await reached("waiting")).detail).equal("the device was unplugged");
        await line.plug();
        await reached("open");
        const heard = nextBytes();
        await nodeOf<UartPortNode>("port").write(Buffer.from("echo"));
        should(await heard).equal("echo");
      }
      should(sample("gatehouse_uart_reconnects_total")).equal(2);
      await unload();
      await line.remove();
    });
  });
});
