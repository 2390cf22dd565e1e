/** The stream against a scripted hub: what it asks for, what it delivers, and how it comes back. */
import should from "should";
import {
  EventStream,
  type LiveReading,
  retryDelayMs,
  type StreamOptions,
  type StreamState,
} from "../../client/event-stream.ts";
import { eventually } from "../support/eventually.ts";
import { MockHub } from "./mock-hub.ts";

interface Heard {
  readonly stream: EventStream;
  readonly readings: LiveReading[];
  readonly states: StreamState[];
  /** One for each. */
  readonly gaps: true[];
  /** Resolves when `done` is true, looked at after everything heard. */
  until(done: () => boolean): Promise<void>;
}

function listen(hub: MockHub, options: StreamOptions = {}): Heard {
  const waiting = new Set<() => void>();
  const heard = <T>(list: T[]) => {
    return (item: T) => {
      list.push(item);
      for (const check of waiting) check();
    };
  };
  const readings: LiveReading[] = [];
  const states: StreamState[] = [];
  const gaps: true[] = [];
  const gap = heard(gaps);
  const listener = { reading: heard(readings), state: heard(states), gap: () => gap(true) };
  const stream = new EventStream(hub.url, ["#"], listener, { firstRetryMs: 20, ...options });
  const until = (done: () => boolean) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (!done()) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
  return { stream, readings, states, gaps, until };
}

const values = ({ readings }: Heard) => readings.map(({ value }) => value);
const names = ({ states }: Heard) => states.map(({ name }) => name);

describe("EventStream", () => {
  let hub: MockHub;
  let heard: Heard;

  beforeEach(async () => {
    hub = new MockHub();
    await hub.start();
  });

  afterEach(async () => {
    heard.stream.close();
    await hub.stop();
  });

  it("brings current values first, then what comes", async () => {
    hub.publish("mesh/1", "BAT", 1);
    heard = listen(hub);
    heard.stream.open();
    await heard.until(() => heard.readings.length === 1);
    hub.publish("mesh/1", "BAT", 2);
    await heard.until(() => heard.readings.length === 2);
    should(values(heard)).deepEqual([1, 2]);
    should(names(heard)).deepEqual(["connecting", "live"]);
    should([...hub.streams[0]!]).deepEqual([
      ["topic", "#"],
      ["latest", "1"],
    ]);
  });

  it("comes back after a restart of the server, behind the last id, missing and doubling nothing", async () => {
    heard = listen(hub);
    heard.stream.open();
    await heard.until(() => names(heard).includes("live"));
    const { cursor } = hub.publish("mesh/1", "BAT", 1);
    await heard.until(() => heard.readings.length === 1);
    await hub.stop();
    hub.publish("mesh/1", "BAT", 2);
    await heard.until(() => names(heard).includes("reconnecting"));
    await hub.start();
    await heard.until(() => heard.readings.length === 2);
    hub.publish("mesh/1", "BAT", 3);
    await heard.until(() => heard.readings.length === 3);
    should(values(heard)).deepEqual([1, 2, 3]);
    should(hub.streams.at(-1)!.get("after")).equal(cursor);
    should(hub.streams.at(-1)!.has("latest")).be.false();
  });

  it("keeps the time of the loss through failed attempts", async () => {
    heard = listen(hub);
    heard.stream.open();
    await heard.until(() => names(heard).includes("live"));
    await hub.stop();
    await heard.until(() => names(heard).filter((name) => name === "reconnecting").length >= 3);
    const losses = heard.states.filter(({ name }) => name === "reconnecting").map(({ since }) => since);
    should(new Set(losses).size).equal(1);
    await hub.start();
  });

  it("resumes behind the snapshot's cursor when nothing came since", async () => {
    const { cursor } = hub.publish("mesh/1", "BAT", 1);
    heard = listen(hub);
    heard.stream.open();
    await heard.until(() => heard.readings.length === 1);
    await eventually(() => should(heard.stream.lastId).equal(cursor));
    await hub.stop();
    await hub.start();
    await heard.until(() => hub.streams.length === 2 && names(heard).at(-1) === "live");
    should(hub.streams[1]!.get("after")).equal(cursor);
  });

  it("tells of a gap when the store has begun anew", async () => {
    hub.publish("mesh/1", "BAT", 1);
    heard = listen(hub);
    heard.stream.open();
    await eventually(() => should(heard.stream.lastId).equal("e1-1"));
    await hub.stop();
    hub.epoch = "e2";
    await hub.start();
    await heard.until(() => heard.gaps.length === 1);
  });

  it("leaves a connection on which nothing comes any more", async () => {
    heard = listen(hub, { stallMs: 60 });
    heard.stream.open();
    await heard.until(() => hub.streams.length >= 2);
    should(heard.states.find(({ name }) => name === "reconnecting")!.message).equal("nothing came from the server");
  });

  it("comes back ever later where each stream ends as soon as it has begun", async () => {
    heard = listen(hub);
    const cut = setInterval(() => {
      hub.publish("mesh/1", "BAT", 1);
      for (const stream of hub.open) stream.end();
    }, 1);
    const from = performance.now();
    heard.stream.open();
    await eventually(() => should(hub.streams.length).equal(7));
    clearInterval(cut);
    // After 10 to 20 ms, then after twice as long each time.
    should(performance.now() - from).be.above(600);
  });

  it("gives the server's words where it is refused", async () => {
    hub.refusal = { status: 403, body: { error: "forbidden", message: "this machine only" } };
    heard = listen(hub);
    heard.stream.open();
    await heard.until(() => names(heard).includes("refused"));
    should(heard.states.at(-1)!.message).equal("this machine only");
    hub.refusal = null;
    heard.stream.hurry();
    await heard.until(() => names(heard).at(-1) === "live");
  });

  it("passes over what it does not understand, and counts it", async () => {
    heard = listen(hub);
    heard.stream.open();
    await heard.until(() => hub.open.size === 1 && names(heard).includes("live"));
    hub.send('data: {"device":5}\n\ndata: nonsense\n\ndata: null\n\nevent: later\ndata: {}\n\n');
    hub.publish("mesh/1", "BAT", 1);
    await heard.until(() => heard.readings.length === 1);
    should(heard.stream.malformed).equal(3);
  });

  it("is quiet once closed, and resumes when it is opened again", async () => {
    heard = listen(hub);
    heard.stream.open();
    await heard.until(() => names(heard).includes("live"));
    const { cursor } = hub.publish("mesh/1", "BAT", 1);
    await heard.until(() => heard.readings.length === 1);
    heard.stream.close();
    hub.publish("mesh/1", "BAT", 2);
    heard.stream.open();
    await heard.until(() => heard.readings.length === 2);
    should(hub.streams.at(-1)!.get("after")).equal(cursor);
    should(hub.streams.length).equal(2);
  });
});

describe("retryDelayMs", () => {
  it("grows with every attempt, up to a limit, with a random half", () => {
    should([0, 1, 2].map((attempt) => retryDelayMs(attempt, 1))).deepEqual([500, 1000, 2000]);
    should(retryDelayMs(2, 0)).equal(1000);
    should(retryDelayMs(1_000, 1)).equal(15_000);
  });
});
