import should from "should";
import { HUB, placesOf } from "../../scripts/places.ts";

const ENV = {
  GATEHOUSE_LISTEN: "0.0.0.0",
  GATEHOUSE_UART: "sim:mesh",
  GATEHOUSE_SIMULATE: "1",
  GATEHOUSE_HUB_PORT: "8888",
  GATEHOUSE_BOT_PORT: "6667",
  GATEHOUSE_RELAY_PORT: "6668",
  GATEHOUSE_RELAY_WS_PORT: "9000",
};

function namesFor(flows: string, files: readonly string[]): string[] {
  const running = { flows, serves: (name: string) => files.includes(name), origin: "http://127.0.0.1:1880", env: ENV };
  return placesOf(running).map(([what]) => what);
}

describe("what npm start says is to be opened", () => {
  it("is the editor alone where the flows hold nothing of ours", () => {
    should(namesFor("[]", ["gateway", "relay", "dashboard"])).deepEqual(["Editor"]);
  });

  it("is a field port where the flows hold its variable", () => {
    should(namesFor(`"\${GATEHOUSE_BOT_PORT}"`, ["gateway", "relay"])).deepEqual(["Editor", "Robots' server"]);
  });

  it("is the pages where the flows hold a hub", () => {
    const names = namesFor(HUB, ["gateway", "relay", "dashboard"]);
    should(names).containDeep(["Devices", "Robots", "Weather stations", "Event stream"]);
  });

  it("is nothing of a flow file that was not chosen", () => {
    should(namesFor(`${HUB} "\${GATEHOUSE_BOT_PORT}"`, ["relay"])).not.containEql("Robots' server");
  });

  it("gives each port with the address by which this machine reaches it", () => {
    const running = { flows: `"\${GATEHOUSE_RELAY_PORT}"`, serves: () => true, origin: "", env: ENV };
    const [, relay] = placesOf(running);
    should(relay!.slice(0, 2)).deepEqual(["Robot relay", "tcp://127.0.0.1:6668  ws://127.0.0.1:9000"]);
  });
});
