/** Sends each message out by one of two outputs: let in under the token's name, or refused with the reply to send. */

import type { GatehouseMessage } from "../shared/message.ts";
import { isList, type List } from "../shared/message-list.ts";
import { Authenticator, type Incoming } from "./authenticator.ts";
import type { AuthOptions } from "./read-options.ts";
import { answerTo, headersOf, type Refusal, type RefusalReason, replyTo } from "./reply.ts";

export type Message = Incoming & Record<string, unknown>;

/** in = accepted + refused + held */
export interface Counts {
  in: number;
  accepted: number;
  readonly refused: Partial<Record<RefusalReason, number>>;
}

export class Turnstile {
  readonly counts: Counts = { in: 0, accepted: 0, refused: {} };
  readonly #options: AuthOptions;
  readonly #authenticator: Authenticator;

  constructor(options: AuthOptions) {
    this.#options = options;
    this.#authenticator = new Authenticator(options);
  }

  /** Those that wait to be decided. */
  get held(): number {
    const { in: came, accepted, refused } = this.counts;
    return came - accepted - Object.values(refused).reduce((sum, count) => sum + count, 0);
  }

  arrive(message: Message): void {
    this.counts.in += isList(message) ? message.payload.length : 1;
  }

  /** What is let in of a list stays a list; who is refused is answered one by one. */
  decide(message: Message, send: (messages: [Message | null, Message | null]) => void): void {
    if (isList(message)) this.#decideEach(message, send);
    else send(this.#decideOne(message));
  }

  #decideEach(message: Message & List, send: (messages: [Message | null, Message | null]) => void): void {
    const accepted: GatehouseMessage[] = [];
    for (const one of message.payload) {
      const [passed, refused] = this.#decideOne(one as Message);
      if (passed) accepted.push(passed as unknown as GatehouseMessage);
      else send([null, refused]);
    }
    if (accepted.length > 0) send([Object.assign(message, { payload: accepted }), null]);
  }

  #decideOne(message: Message): [Message | null, Message | null] {
    const decided = this.#authenticator.receive(message);
    if ("user" in decided) {
      this.counts.accepted++;
      return [Object.assign(message, decided), null];
    }
    const { refused } = this.counts;
    refused[decided.reason] = (refused[decided.reason] ?? 0) + 1;
    return [null, answered(message, decided, this.#options)];
  }
}

/** What was sent is not passed on: a token may stand in it. */
function answered(message: Message, refusal: Refusal, { mode, ending }: AuthOptions): Message {
  delete message.raw;
  const told = { payload: replyTo(refusal, ending), type: "refused", reason: refusal.reason };
  const answer = { statusCode: answerTo(refusal.reason).status, headers: headersOf(refusal) };
  return Object.assign(message, told, mode === "headers" && answer);
}
