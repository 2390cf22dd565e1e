import should from "should";
import type { LinkListener } from "../../../nodes/shared/byte-link.ts";
import { hostSim, joinSim, watchSim } from "../../../nodes/shared/sim-link.ts";

function ears(): LinkListener & { heard: string; closedBy: string } {
  const own = {
    heard: "",
    closedBy: "",
    bytes: (chunk: Buffer) => {
      own.heard += chunk.toString();
    },
    closed: (reason: Error) => {
      own.closedBy = reason.message;
    },
  };
  return own;
}

const code = (write: Promise<void>) =>
  write.then(
    () => "written",
    (error: { code: string }) => error.code,
  );

describe("simulated link", () => {
  it("carries bytes both ways, in order", async () => {
    const [up, down] = [ears(), ears()];
    const host = hostSim("pair", down);
    const guest = joinSim("pair", up);
    await Promise.all([host.write(Buffer.from("a")), host.write(Buffer.from("b")), guest.write(Buffer.from("c"))]);
    should([up.heard, down.heard]).deepEqual(["ab", "c"]);
    await guest.close();
    await host.close();
  });

  it("is no device without a simulator", () => {
    (() => joinSim("nobody", ears())).should.throw({ code: "absent", message: "no simulator for sim:nobody" });
  });

  it("has two ends, not three", async () => {
    const host = hostSim("two", ears());
    const guest = joinSim("two", ears());
    (() => hostSim("two", ears())).should.throw({ code: "busy" });
    (() => joinSim("two", ears())).should.throw({ code: "busy" });
    await guest.close();
    await joinSim("two", ears()).close();
    await host.close();
  });

  it("tells the port when the simulator stops, and the simulator that nobody listens", async () => {
    const up = ears();
    const host = hostSim("ends", ears());
    should(await code(host.write(Buffer.from("x")))).equal("unheard");
    joinSim("ends", up);
    await host.close();
    should(up.closedBy).equal("the simulator of sim:ends stopped");
    should(await code(host.write(Buffer.from("x")))).equal("closed");
  });

  it("refuses what the other end has no room for", async () => {
    const host = hostSim("bound", ears());
    const guest = joinSim("bound", ears());
    const writes = Array.from({ length: 5 }, () => code(host.write(Buffer.alloc(64 * 1024))));
    should(await Promise.all(writes)).deepEqual(["written", "written", "written", "written", "full"]);
    should(await code(host.write(Buffer.alloc(64 * 1024)))).equal("written");
    await guest.close();
    await host.close();
  });

  it("tells who waits for a simulator that it is there", async () => {
    let appeared = 0;
    const unwatch = watchSim("awaited", () => appeared++);
    await hostSim("awaited", ears()).close();
    unwatch();
    await hostSim("awaited", ears()).close();
    should(appeared).equal(1);
  });
});
