/** Role client: holds a lease at a server while somebody watches, and hands on its elements as readings. */
import type { Element } from "../../lib/handshake/element.ts";
import { type WatchEvent, Watchers } from "../../lib/handshake/watchers.ts";
import { typeOfElement } from "../../lib/records/element-names.ts";
import { type Driver, drive, now } from "../shared/drive.ts";
import type { Session } from "../shared/message.ts";
import { forgetPorts } from "./peer-socket.ts";
import type { ClientNodeOptions } from "./read-options.ts";
import { type LinkListener, RelayLink } from "./relay-link.ts";
import type { Listener } from "./role.ts";

interface ClientListener extends Listener {
  /** An element for the first output; with a session, for that one alone. */
  reading(type: string, data: string, session?: Session): void;
  /** An event for the second output; with a session, of its lease. */
  notice(type: string, payload: Readonly<Record<string, unknown>>, session?: Session): void;
}

/** The element that tells browsers what is wrong with the relay itself (PROTOCOLS 3.3). */
const ERROR_ELEMENT = "Error_Message";
/** Whoever watches while no browser has to. */
const FLOW = "flow";
const LINGER_MS = 3000;

export class RelayClient {
  /** datagrams = elements + malformed + name + repeated */
  readonly counts = { elements: 0, name: 0, repeated: 0, refused: 0 };
  readonly links = new Map<string, RelayLink>();
  /** Of links that are closed. */
  readonly #gone = { datagrams: 0, malformed: 0, unreachable: 0 };
  readonly #options: ClientNodeOptions;
  readonly #id: string;
  readonly #listener: ClientListener;
  readonly #watchers: Watchers;
  readonly #driver: Driver<WatchEvent>;
  readonly #closing = new Set<Promise<void>>();
  /** Whose each lease is, where each watcher has one of its own. */
  readonly #sessions = new Map<string, Session>();
  #closed = false;
  /** Which lease is where. */
  readonly #places: (string | null)[] = [];

  constructor(options: ClientNodeOptions, id: string, listener: ClientListener) {
    this.#options = options;
    this.#id = id;
    this.#listener = listener;
    const { perBrowser: perWatcher, maxLeases: most } = options;
    this.#watchers = new Watchers({ perWatcher, most, lingerMs: LINGER_MS });
    this.#driver = drive(this.#watchers, (event) => this.#perform(event));
  }

  /** Leases that bring data. */
  get receiving(): number {
    return [...this.links.values()].filter(({ core }) => core.state === "receiving").length;
  }

  /** Without a session, for whoever hears the first output. */
  connect(session?: Session): void {
    if (this.#closed) return;
    const watcher = watcherOf(session);
    const events = this.#watchers.join(watcher);
    if (events && session && this.#options.perBrowser) this.#sessions.set(watcher, session);
    if (events) this.#driver.run(events);
    else this.#refuse(session);
  }

  disconnect(session?: Session): void {
    this.#driver.run(this.#watchers.leave(watcherOf(session), now()));
  }

  #refuse(session?: Session): void {
    this.counts.refused++;
    this.#listener.reading(ERROR_ELEMENT, `All ${this.#options.maxLeases} leases of this relay are in use`, session);
  }

  /** Over all leases that are and were. */
  datagrams(): RelayLink["counts"] {
    const sum = { ...this.#gone };
    for (const { counts } of this.links.values()) add(sum, counts);
    return sum;
  }

  async close(forget: boolean): Promise<void> {
    this.#closed = true;
    this.#driver.stop();
    for (const lease of [...this.links.keys()]) this.#end(lease);
    await Promise.all(this.#closing);
    if (forget) forgetPorts(this.#id);
  }

  #perform({ type, lease }: WatchEvent): void {
    if (type === "wanted") this.#begin(lease);
    else this.#end(lease);
    this.#listener.changed();
  }

  #begin(lease: string): void {
    const name = `${this.#id} ${this.#takePlace(lease)}`;
    const link = new RelayLink(name, this.#options.peer, this.#options, this.#listenTo(lease));
    this.links.set(lease, link);
    link.connect();
  }

  #listenTo(lease: string): LinkListener {
    const { peer, timeoutMs } = this.#options;
    let isTroubled = false;
    const tell = (text: string) => {
      // An empty text says that what was told before is over.
      if (text !== "" || isTroubled) this.#tell(lease, ERROR_ELEMENT, text);
      isTroubled = text !== "";
    };
    const note = (type: string, words: object) => {
      this.#listener.notice(type, { ...peer, ...words }, this.#sessions.get(lease));
      this.#listener.changed();
    };
    return {
      element: (element) => this.#hand(element, lease),
      attempt: (attempt) => {
        note("attempt", { attempt });
        tell(`Waiting for reply from server. Attempt: ${attempt}`);
      },
      answered: () => tell(""),
      receiving: () => {
        this.#listener.opened(this.links.get(lease)?.receiveBytes ?? 0);
        note("joined", {});
        tell("");
      },
      lost: (reason) => {
        note("left", { reason });
        tell(
          reason === "silent" ? `No data from the server for ${timeoutMs / 1000} s` : "The server cannot be reached",
        );
      },
      fault: (fault) => {
        this.#listener.fault(fault);
        tell(fault.message);
      },
    };
  }

  /** The next lease in this place has the ports of the last one, so that the server knows it again. */
  #takePlace(lease: string): number {
    const free = this.#places.indexOf(null);
    const place = free < 0 ? this.#places.length : free;
    this.#places[place] = lease;
    return place;
  }

  #end(lease: string): void {
    const link = this.links.get(lease);
    if (!link) return;
    this.links.delete(lease);
    this.#places[this.#places.indexOf(lease)] = null;
    this.#sessions.delete(lease);
    add(this.#gone, link.counts);
    const closing = link.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  #hand({ name, data }: Element, lease: string): void {
    const type = typeOfElement(name);
    if (type === null) this.counts.name++;
    else if (!this.#tell(lease, type, data)) this.counts.repeated++;
    else this.counts.elements++;
  }

  /** False where it must not be told: who has a lease of its own would hear what all are told a second time. */
  #tell(lease: string, type: string, data: string): boolean {
    const session = this.#sessions.get(lease);
    if (!session && this.links.size > 1) return false;
    this.#listener.reading(type, data, session);
    return true;
  }
}

function watcherOf(session?: Session): string {
  return session ? `${session.type} ${session.id}` : FLOW;
}

function add(sum: RelayLink["counts"], one: RelayLink["counts"]): void {
  for (const name of ["datagrams", "malformed", "unreachable"] as const) sum[name] += one[name];
}
