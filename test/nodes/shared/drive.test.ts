import should from "should";
import { drive, now, type TimedCore } from "../../../nodes/shared/drive.ts";

/** Due at given times; tells which was due. */
class Alarm implements TimedCore<string> {
  #due: number[];

  constructor(...due: number[]) {
    this.#due = due;
  }

  handleTimer(time: number): string[] {
    const rung = this.#due.filter((due) => due <= time);
    this.#due = this.#due.filter((due) => due > time);
    return rung.map((due) => `rung ${due}`);
  }

  nextDeadline(): number | null {
    return this.#due.length > 0 ? Math.min(...this.#due) : null;
  }
}

describe("drive", () => {
  it("wakes the core when it is due, not before", async () => {
    const due = now() + 20;
    const rung = new Promise<number>((resolve) => drive(new Alarm(due), () => resolve(now())));
    should(await rung).be.aboveOrEqual(due);
  });

  it("wakes it for each of its times", async () => {
    const start = now();
    await new Promise<void>((resolve) => {
      const heard: string[] = [];
      drive(new Alarm(start + 5, start + 10, start + 15), (event) => {
        heard.push(event);
        if (heard.length < 3) return;
        heard.should.deepEqual([`rung ${start + 5}`, `rung ${start + 10}`, `rung ${start + 15}`]);
        resolve();
      });
    });
  });

  it("performs what an input produced, in order", () => {
    const heard: string[] = [];
    const driver = drive(new Alarm(), (event: string) => heard.push(event));
    driver.run(["a", "b"]);
    heard.should.deepEqual(["a", "b"]);
  });

  it("performs nothing after a stop, even one from within an event", () => {
    const heard: string[] = [];
    const driver = drive(new Alarm(), (event: string) => {
      heard.push(event);
      driver.stop();
    });
    driver.run(["a", "b"]);
    driver.run(["c"]);
    driver.stop();
    heard.should.deepEqual(["a"]);
  });

  it("does not fire at once for a time that is months away", async () => {
    const heard: string[] = [];
    const driver = drive(new Alarm(now() + 2 ** 40), (event) => heard.push(event));
    // A timer that overflows fires after 1 ms: this one is set later and fires after it.
    await new Promise((resolve) => setTimeout(resolve, 5));
    driver.stop();
    heard.should.deepEqual([]);
  });
});
