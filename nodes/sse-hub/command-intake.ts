/** The commands that browsers send to a hub: checked, limited, and handed to the flow that takes them. */
import { randomUUID } from "node:crypto";
import type { Backend } from "../../backends/backend.ts";
import { answerQuery } from "../../backends/store-queries.ts";
import { userOf } from "../../lib/auth/names.ts";
import { allows } from "../../lib/auth/scopes.ts";
import { type BrowserCommand, readBrowserCommand } from "../../lib/commands/browser-command.ts";
import { CommandRate } from "../../lib/commands/rate.ts";
import type { DeviceRecord } from "../../lib/store/devices.ts";
import { topicOf } from "../../lib/store/topic.ts";
import { now } from "../shared/drive.ts";
import { Views, withDevice } from "./views.ts";
import type { Visitor } from "./visitor.ts";

/** Who sends: where the outcome goes, and who is limited. */
export interface Sender {
  readonly id: string;
  readonly address: string;
  readonly visitor: Visitor;
}

/** A command with its identity and the id of the browser that sent it. */
export interface TakenCommand extends BrowserCommand {
  readonly id: string;
  readonly browser: string;
  /** Whose token the browser came in by; absent where it needed none. */
  readonly user?: string;
  /** What it may, by its token or by the hub's rule. */
  readonly scopes: readonly string[];
}

export type Taker = (command: TakenCommand) => void;

type Reason = "bad-request" | "forbidden" | "busy" | "unwired" | "unavailable" | "offline";

export interface IntakeRefusal {
  readonly status: number;
  readonly error: Reason;
  readonly message: string;
  readonly retryAfterS?: number;
}

export type IntakeAnswer = { readonly id: string } | IntakeRefusal;

const PER_SECOND = 50;
const BURST = 200;

export class CommandIntake {
  /** in = taken + refused */
  readonly counts = {
    in: 0,
    taken: 0,
    refused: { "bad-request": 0, forbidden: 0, busy: 0, unwired: 0, unavailable: 0, offline: 0 } satisfies Record<
      Reason,
      number
    >,
  };
  readonly #rate = new CommandRate(PER_SECOND, BURST);
  readonly #views: Pick<Views, "get">;
  /** Commands of no view go to the first of them. */
  readonly #takers: Taker[] = [];

  constructor(views: Pick<Views, "get"> = new Views()) {
    this.#views = views;
  }

  /** Returns how to end that. */
  add(taker: Taker): () => void {
    this.#takers.push(taker);
    return () => {
      const index = this.#takers.indexOf(taker);
      if (index >= 0) this.#takers.splice(index, 1);
    };
  }

  isTakenBy(taker: Taker): boolean {
    return this.#takers[0] === taker;
  }

  async submit(body: unknown, sender: Sender, backend: Backend | null): Promise<IntakeAnswer> {
    this.counts.in++;
    const answer = await this.#take(body, sender, backend);
    if ("id" in answer) this.counts.taken++;
    else this.counts.refused[answer.error]++;
    return answer;
  }

  async #take(body: unknown, sender: Sender, backend: Backend | null): Promise<IntakeAnswer> {
    const command = commandIn(body);
    if ("error" in command) return command;
    const { visitor } = sender;
    if (!this.#isAllowed(command, visitor)) return forbidden(command);
    const waitMs = this.#rate.take(sender.address, now());
    if (waitMs > 0) return busy(waitMs);
    const refusal = this.#takerOf(command) ? await absence(command.device, backend) : unwired(command);
    const taker = this.#takerOf(command);
    if (refusal || !taker) return refusal ?? unwired(command);
    const id = randomUUID();
    taker({ ...command, id, browser: sender.id, ...identityOf(visitor) });
    return { id };
  }

  /** Null where they lead nowhere. */
  #takerOf({ view }: BrowserCommand): Taker | null {
    const own = this.#views.get(view ?? "");
    return own ? own.take : (this.#takers[0] ?? null);
  }

  #isAllowed({ device, type, view }: BrowserCommand, { scopes }: Visitor): boolean {
    const asked = this.#views.get(view ?? "")?.command ?? null;
    return (
      allows(scopes, "command", topicOf(device, type)) &&
      (asked === null || allows(scopes, "command", withDevice(asked, device)))
    );
  }
}

function unwired({ view }: BrowserCommand): IntakeRefusal {
  const node = view === undefined ? "a browser in node" : `a browser in node, or the output of the view ${view}`;
  return { status: 503, error: "unwired", message: `No flow takes this command: wire ${node}.` };
}

function commandIn(body: unknown): BrowserCommand | IntakeRefusal {
  try {
    return readBrowserCommand(body);
  } catch (error) {
    return { status: 400, error: "bad-request", message: (error as Error).message };
  }
}

function forbidden({ device, type, view }: BrowserCommand): IntakeRefusal {
  const where = view === undefined ? "" : ` in the view ${view}`;
  const message = `Your token does not allow command:${topicOf(device, type)}${where}.`;
  return { status: 403, error: "forbidden", message };
}

function identityOf({ account, scopes }: Visitor): Pick<TakenCommand, "user" | "scopes"> {
  return account === undefined ? { scopes } : { user: userOf(account), scopes };
}

function busy(waitMs: number): IntakeRefusal {
  const message = `Too many commands: ${PER_SECOND} a second are taken from an address.`;
  return { status: 429, error: "busy", message, retryAfterS: Math.ceil(waitMs / 1000) };
}

/** Null where the device is there. */
async function absence(device: string, backend: Backend | null): Promise<IntakeRefusal | null> {
  if (!backend) return { status: 503, error: "unavailable", message: "The store is not ready; /health says why." };
  const [record] = (await answerQuery(backend, "devices", { device }, Date.now())) as DeviceRecord[];
  if (record && record.status !== "disconnected") return null;
  return { status: 404, error: "offline", message: `The device ${device} is not connected.` };
}
