/**
 * What a relay asks for (PROTOCOLS 5.2): `set user <name>` and `n`, each with or without an end of line. A request without
 * one ends with its chunk, as the programs in the field send it; one that is cut is put together again, and of
 * `set user benbotn` in one segment the name decides which robots there are.
 */

export type RelayRequest =
  | { readonly type: "attach"; readonly user: string }
  | { readonly type: "next" }
  | { readonly type: "dropped"; readonly reason: "unknown" | "too-long" | "too-many"; readonly count: number };

const ATTACH = "set user ";
/** Several without an end of line between them, in one segment. */
const NEXTS = /^n+$/;
/** Longest text without an end. */
const MAX_PENDING = 256;
/** Requests of one chunk; more are a flood. */
const MAX_REQUESTS = 256;

export class RelayRequests {
  readonly #isUser: (name: string) => boolean;
  /** What may still be cut: the beginning of a request, or a name that may go on. */
  #pending = "";

  /** `isUser` says whether there is a robot of this name; where nobody knows, a name is taken as it stands. */
  constructor(isUser: (name: string) => boolean = () => true) {
    this.#isUser = isUser;
  }

  receive(chunk: string): RelayRequest[] {
    const lines = this.#join(chunk).split("\n");
    const rest = lines.pop()!;
    const requests = lines.flatMap((line) => requestsIn(line));
    requests.push(...this.#take(rest));
    return bounded(requests);
  }

  /** A name goes on with what follows, but for what is a request by itself: of `set user jaso`, `n` that is the second. */
  #join(chunk: string): string {
    const pending = this.#pending;
    this.#pending = "";
    if (!pending.startsWith(ATTACH) || pending === ATTACH) return pending + chunk;
    const first = chunk.split("\n", 1)[0]!.trim();
    return first === "" || NEXTS.test(first) || first.startsWith(ATTACH) ? chunk : pending + chunk;
  }

  /** What has no end of line: taken at once where it is whole, kept where it may go on. */
  #take(rest: string): RelayRequest[] {
    if (rest.length > MAX_PENDING) return [dropped("too-long")];
    if (!rest.startsWith(ATTACH) && !ATTACH.startsWith(rest)) return requestsIn(rest);
    const end = this.#endOfName(rest);
    if (end < rest.length) return [rest.slice(0, end), rest.slice(end)].flatMap(requestsIn);
    this.#pending = rest;
    return rest.length > ATTACH.length ? requestsIn(rest) : [];
  }

  /** Before the `n` that stand behind the name of a robot, where there is none whose name they belong to. */
  #endOfName(text: string): number {
    for (let end = text.length; end > ATTACH.length; end--) {
      if (this.#isUser(text.slice(ATTACH.length, end).trim())) return end;
      if (text[end - 1] !== "n") break;
    }
    return text.length;
  }
}

function requestsIn(line: string): RelayRequest[] {
  const text = line.trim();
  if (text === "") return [];
  if (NEXTS.test(text)) return Array.from(text, () => ({ type: "next" }));
  if (`${text} ` === ATTACH || !text.startsWith(ATTACH)) return [dropped("unknown")];
  return [{ type: "attach", user: text.slice(ATTACH.length).trim() }];
}

function bounded(requests: readonly RelayRequest[]): RelayRequest[] {
  const excess = requests.length - MAX_REQUESTS;
  return excess > 0 ? [...requests.slice(0, MAX_REQUESTS), dropped("too-many", excess)] : [...requests];
}

function dropped(reason: "unknown" | "too-long" | "too-many", count = 1): RelayRequest {
  return { type: "dropped", reason, count };
}
