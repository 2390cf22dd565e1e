/** How a backend is opened, tried again, and told of. */
import should from "should";
import { BackendError, type ConditionListener } from "../../backends/backend.ts";
import { BackendConnection, type BackendState } from "../../backends/connection.ts";
import { openMemory } from "../../backends/memory.ts";

const RETENTION = { maxCount: 10, maxAgeMs: 0, maxSeries: 10 };

/** Fails so often before it opens. */
function failing(times: number, code: BackendError["code"]) {
  let left = times;
  return async () => {
    if (left-- > 0) throw new BackendError(code, "held by another");
    return openMemory(RETENTION);
  };
}

/** A backend whose condition the test sets. */
function conditioned(observed: (listener: ConditionListener) => void) {
  const backend = openMemory(RETENTION);
  backend.observe = (listener) => {
    observed(listener);
    listener({ name: "sound", detail: "" });
  };
  return backend;
}

function connect() {
  const reports: string[] = [];
  const lost: number[] = [];
  const connection = new BackendConnection(
    (fault) => reports.push(fault),
    (readings) => lost.push(readings),
    1,
  );
  const states: string[] = [];
  const ready = new Promise<void>((resolve) => {
    connection.subscribe((state: BackendState) => {
      states.push(state.name);
      if (state.name === "ready") resolve();
    });
  });
  return { connection, reports, lost, states, ready };
}

describe("BackendConnection", () => {
  it("tells a listener the present state at once, and hands out the backend when open", async () => {
    const { connection, states } = connect();
    const waiting = connection.open();
    void connection.start(failing(0, "owned"));
    should(await waiting).equal(connection.backend);
    should(await connection.open()).equal(connection.backend);
    should(states).deepEqual(["opening", "ready"]);
  });

  it("tries again what may pass, and reports it once", async () => {
    const { connection, reports, states, ready } = connect();
    void connection.start(failing(3, "owned"));
    await should(connection.open()).rejectedWith({ code: "owned" });
    await ready;
    should(reports).deepEqual(["held by another"]);
    should(states).deepEqual(["opening", "failed", "failed", "failed", "ready"]);
  });

  it("does not try again what cannot pass", async () => {
    const { connection, reports, states } = connect();
    await connection.start(failing(1, "unsupported"));
    await should(connection.open()).rejectedWith({ code: "unsupported" });
    should(reports).deepEqual(["held by another"]);
    should(states).deepEqual(["opening", "failed"]);
  });

  it("lets all begin where the store stood when it became ready, whatever one of them stores first", async () => {
    const { connection, ready } = connect();
    const beginnings: unknown[] = [];
    const store = () => void connection.backend?.append("mesh/5/GPS", { value: 1, time: 1 });
    const begin = () => void beginnings.push(connection.beginning);
    for (const listener of [() => begin(), store, () => begin()]) connection.subscribe(listener);
    void connection.start(failing(0, "owned"));
    await ready;
    const { epoch } = connection.backend!;
    should(beginnings).deepEqual([null, null, `${epoch}-0`, `${epoch}-0`]);
    connection.subscribe(begin)();
    connection.settle();
    connection.subscribe(begin)();
    should(beginnings.slice(4)).deepEqual([`${epoch}-0`, `${epoch}-1`]);
  });

  it("tells while readings are in memory only, and when they no longer are", async () => {
    const { connection, reports } = connect();
    let tell: ConditionListener = () => {};
    const observed = (listener: ConditionListener) => {
      tell = listener;
    };
    await connection.start(async () => conditioned(observed));
    const unsaved: unknown[] = [];
    connection.subscribe((state) => unsaved.push([state.name, state.unsaved]));
    tell({ name: "unsaved", detail: "disk full" });
    tell({ name: "sound", detail: "" });
    should(unsaved).deepEqual([
      ["ready", undefined],
      ["ready", "disk full"],
      ["ready", undefined],
    ]);
    should(reports).be.empty();
  });

  it("fails where its backend has ended, closes that, and opens anew", async () => {
    const { connection, reports, lost, states } = connect();
    const tell: ConditionListener[] = [];
    await connection.start(async () => conditioned((listener) => void tell.push(listener)));
    const first = connection.backend!;
    const again = new Promise<void>((resolve) =>
      connection.subscribe(() => connection.backend !== first && tell.length === 2 && resolve()),
    );
    tell[0]!({ name: "ended", detail: "the worker ended" });
    await should(connection.open()).rejectedWith({ code: "ended" });
    await again;
    should(connection.backend).not.be.null();
    await should(first.append("mesh/5/GPS", { value: 1, time: 1 })).rejectedWith({ code: "closed" });
    should(states).deepEqual(["opening", "ready", "failed", "ready"]);
    should(reports).deepEqual(["the worker ended"]);
    should(lost).deepEqual([0]);
    connection.backend!.close = () => Promise.reject(new Error("no end"));
    const third = new Promise<void>((resolve) => connection.subscribe(() => void (tell.length === 3 && resolve())));
    tell[1]!({ name: "ended", detail: "the next one too" });
    await third;
    should(reports).deepEqual(["the worker ended", "the next one too", "no end"]);
    states.length = 4;
    tell[0]!({ name: "ended", detail: "once more" });
    should(states).have.length(4);
  });

  it("gives what is still opening to whoever closes it, and tells no more", async () => {
    const { connection, states } = connect();
    const waiting = connection.open();
    void connection.start(failing(0, "owned"));
    const opening = connection.close();
    should(opening).not.be.null();
    await should(waiting).rejectedWith({ code: "closed" });
    await opening;
    should(connection.backend).be.null();
    should(states).deepEqual(["opening", "opening"]);
    should(connection.close()).be.null();
    await should(connection.open()).rejectedWith({ code: "closed" });
  });
});
