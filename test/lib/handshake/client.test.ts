import should from "should";
import {
  CLIENT_TRANSITIONS,
  type ClientEvent,
  type ClientState,
  HandshakeClient,
} from "../../../lib/handshake/client.ts";

const OPTIONS = { helloEveryMs: 2000, runningEveryMs: 10_000, timeoutMs: 20_000 };

/** What an event puts on the wire, or its type. */
function shown(event: ClientEvent): string {
  return "bytes" in event
    ? event.bytes.toString("latin1")
    : event.type === "lost"
      ? `lost ${event.reason}`
      : event.type;
}

class Run {
  now = 0;
  readonly client = new HandshakeClient(OPTIONS);
  readonly told: string[] = [];

  connect(): this {
    return this.#note(this.client.connect(this.now));
  }

  hear(text: string): this {
    return this.#note(this.client.receive(Buffer.from(text, "latin1"), this.now));
  }

  data(): this {
    return this.#note(this.client.receiveData(this.now));
  }

  /** Lets time pass, with the timer ringing when it is due. */
  wait(ms: number): this {
    const until = this.now + ms;
    for (let due = this.client.nextDeadline(); due !== null && due <= until; due = this.client.nextDeadline()) {
      this.now = due;
      this.#note(this.client.handleTimer(due));
    }
    this.now = until;
    return this;
  }

  /** What was told since the last time. */
  take(): string[] {
    return this.told.splice(0);
  }

  #note(events: readonly ClientEvent[]): this {
    this.told.push(...events.map(shown));
    return this;
  }
}

describe("the client of the udp handshake", () => {
  let run: Run;

  beforeEach(() => {
    run = new Run();
  });

  it("is silent until it is told to connect", () => {
    run.wait(60_000).hear("HIYA,55058").data();
    should(run.take()).be.empty();
    should(run.client.nextDeadline()).be.null();
  });

  it("says HELLO again and again until it is answered", () => {
    should(run.connect().wait(5000).take()).deepEqual(["HELLO   ", "HELLO   ", "HELLO   "]);
    should(run.client.counts.hellos).equal(3);
  });

  it("numbers its attempts, from one after each loss", () => {
    const attempts: number[] = [];
    const client = new HandshakeClient(OPTIONS);
    const note = (events: readonly ClientEvent[]) => {
      for (const event of events) if (event.type === "hello") attempts.push(event.attempt);
    };
    note(client.connect(0));
    note(client.handleTimer(2000));
    client.receive(Buffer.from("HIYA,55058"), 2500);
    note(client.handleTimer(22_500));
    note(client.handleTimer(24_500));
    should(attempts).deepEqual([1, 2, 1, 2]);
  });

  it("confirms the port of HIYA and says RUNNING there at once", () => {
    should(run.connect().hear("HIYA,55058").take()).deepEqual(["HELLO   ", "answered", "CONFIRM ,55058", "RUNNING "]);
  });

  it("repeats both until data comes, and goes on with RUNNING every 10 s", () => {
    run.connect().hear("HIYA,55058").take();
    // To the data port, to the handshake port, to the data port.
    should(run.wait(2000).take()).deepEqual(["CONFIRM ,55058", "CONFIRM ,55058", "RUNNING "]);
    should(run.data().take()).deepEqual(["receiving"]);
    for (let second = 0; second < 30; second++) run.wait(1000).data();
    should(run.take()).deepEqual(["RUNNING ", "RUNNING ", "RUNNING "]);
  });

  it("takes HIYA twice as once", () => {
    run.connect().hear("HIYA,55058").data().take();
    should(run.hear("HIYA,55058").take()).deepEqual(["CONFIRM ,55058", "RUNNING "]);
    should(run.client.state).equal("receiving");
  });

  it("passes over the late answer to an earlier HELLO", () => {
    run.connect().hear("HIYA,55058").take();
    should(run.hear("HIYA,55059").take()).be.empty();
    should(run.client.counts.unexpected).equal(1);
  });

  it("begins anew when nothing has come for the set time", () => {
    run.connect().hear("HIYA,55058").data().take();
    run.wait(19_999).take();
    should(run.wait(1).take()).deepEqual(["lost silent", "HELLO   "]);
    should(run.client.state).equal("calling");
    should(run.hear("HIYA,55061").take()).deepEqual(["answered", "CONFIRM ,55061", "RUNNING "]);
  });

  it("begins anew soon when the network says that nobody is there", () => {
    run.connect().hear("HIYA,55058").data().take();
    run.client.unreachable(run.now);
    should(run.wait(1999).take()).be.empty();
    should(run.wait(1).take()).deepEqual(["lost unreachable", "HELLO   "]);
  });

  it("stays where the server is back within a moment", () => {
    run.connect().hear("HIYA,55058").data().take();
    run.client.unreachable(run.now);
    run.wait(1000).data().wait(5000);
    should(run.take()).be.empty();
  });

  it("takes data of a server that kept the lease, though it is calling", () => {
    run.connect().hear("HIYA,55058").data().wait(25_000).take();
    should(run.data().take()).deepEqual(["receiving"]);
    should(run.wait(10_000).take()).deepEqual(["RUNNING "]);
  });

  it("counts what is no HIYA", () => {
    run.connect().take();
    for (const text of ["", "x", "HIYA", "HIYA,0", "HIYA,99999"]) run.hear(text);
    run.hear("HELLO   ");
    should(run.take()).be.empty();
    should(run.client.counts).containDeep({ malformed: 5, unexpected: 1 });
  });

  it("ends when it is told to", () => {
    run.connect().hear("HIYA,55058").data().take();
    run.client.disconnect();
    should(run.wait(60_000).take()).be.empty();
    should(run.connect().take()).deepEqual(["HELLO   "]);
  });

  const INPUTS = {
    connect: (one: Run) => one.connect(),
    hiya: (one: Run) => one.hear("HIYA,55058"),
    data: (one: Run) => one.data(),
    late: (one: Run) => one.wait(20_000),
    disconnect: (one: Run) => one.client.disconnect(),
  } as const;

  const PATHS: Readonly<Record<ClientState, readonly (keyof typeof INPUTS)[]>> = {
    idle: [],
    calling: ["connect"],
    confirming: ["connect", "hiya"],
    receiving: ["connect", "hiya", "data"],
  };

  for (const state of Object.keys(PATHS) as ClientState[]) {
    for (const input of Object.keys(INPUTS) as (keyof typeof INPUTS)[]) {
      const next = CLIENT_TRANSITIONS[state][input] ?? state;
      it(`that is ${state} is ${next} after ${input}`, () => {
        for (const step of PATHS[state]) INPUTS[step](run);
        should(run.client.state).equal(state);
        INPUTS[input](run);
        should(run.client.state).equal(next);
      });
    }
  }
});
