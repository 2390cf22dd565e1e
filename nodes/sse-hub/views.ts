/** The views of a hub: who has which name, what they show and to whom, which version of it, and what was told to them last. */
import { allows } from "../../lib/auth/scopes.ts";
import { Retained } from "../../lib/sse/retained.ts";
import { ANY_DEVICE, isVersionTopic, readViewTopic, viewTopic } from "../../lib/sse/view-path.ts";
import { hashOf } from "./answers.ts";
import type { Taker } from "./command-intake.ts";
import { checkMay, Forbidden, type Visitor } from "./visitor.ts";

export interface View {
  /** Of its node. */
  readonly id: string;
  /** How an error speaks of its node. */
  readonly label: string;
  readonly name: string;
  readonly title: string;
  readonly html: string;
  readonly js: string;
  readonly css: string;
  /** `{device}` where its address names one, or the one that it is about; null where it is about none. */
  readonly device: string | null;
  /** In a view of any device: those of these networks, or of all where there are none. */
  readonly networks: readonly string[];
  /** Whether the bar of all pages has a link to it. */
  readonly isLinked: boolean;
  /** What a token must allow to read, to see it; null where the hub's rule is enough. */
  readonly see: string | null;
  /** What a token must allow to command, beside the command itself; null where that is enough. */
  readonly command: string | null;
  /** Null where its commands lead nowhere. */
  readonly take: Taker | null;
}

/** Views, and devices of them, that are told something of their own. */
const MAX_TOLD = 2000;
/** A deploy takes a view away for a moment; a browser that comes then waits for it. */
const WAIT_MS = 2000;

export class Views {
  readonly told = new Retained(MAX_TOLD);
  readonly #views = new Map<string, View>();
  /** Those that a deploy has taken away for now: their rules still count. */
  readonly #away = new Map<string, View>();
  readonly #waiting = new Set<() => void>();
  readonly #watchers = new Set<(name: string) => void>();

  /** Throws RangeError naming who has the name. Returns how to take it away; `isGone` forgets what was told to it. */
  add(view: View): (isGone: boolean) => void {
    const { id, name } = view;
    const known = this.#views.get(name);
    if (known) throw new RangeError(`"name": the view ${name} is ${known.label}'s already`);
    for (const [other, away] of this.#away) if (away.id === id && other !== name) this.#forget(other);
    this.#away.delete(name);
    this.#views.set(name, view);
    for (const proceed of [...this.#waiting]) proceed();
    this.#tell(name);
    return (isGone) => {
      if (this.#views.get(name) !== view) return;
      this.#views.delete(name);
      if (isGone) this.#forget(name);
      else this.#away.set(name, view);
    };
  }

  #forget(name: string): void {
    this.#away.delete(name);
    this.told.forget(viewTopic(name));
    this.#tell(name);
  }

  #tell(name: string): void {
    for (const watcher of this.#watchers) watcher(name);
  }

  /** The watcher hears of each view that comes, also as it was, and of each that is gone. Returns how to end that. */
  watch(watcher: (name: string) => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  /** A deploy is over: what it did not bring back is gone. */
  settle(): void {
    for (const name of [...this.#away.keys()]) this.#forget(name);
    for (const proceed of [...this.#waiting]) proceed();
  }

  /** Of what its pages show; empty where there is no such view. */
  versionOf(name: string): string {
    const view = this.#views.get(name) ?? this.#away.get(name);
    return view ? versionOf(view) : "";
  }

  /** Resolves to null where there is none. */
  async find(name: string): Promise<View | null> {
    if (this.#away.has(name)) await this.#change();
    return this.#views.get(name) ?? null;
  }

  /** All that are served now. */
  list(): Iterable<View> {
    return this.#views.values();
  }

  /** Also one that a deploy has taken away for now; its commands lead nowhere until it is back. */
  get(name: string): View | undefined {
    const away = this.#away.get(name);
    return this.#views.get(name) ?? (away && { ...away, take: null });
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      const proceed = () => {
        clearTimeout(timer);
        this.#waiting.delete(proceed);
        resolve();
      };
      const timer = setTimeout(proceed, WAIT_MS);
      this.#waiting.add(proceed);
    });
  }

  /** Throws Forbidden where one of the filters selects what is not allowed; of a view's topics its own rule decides. */
  checkMayFollow(visitor: Visitor, filters: readonly string[]): void {
    for (const filter of filters) {
      const asked = readViewTopic(filter);
      const view = asked && this.get(asked.view);
      if (asked && view) checkSees(view, asked.device, visitor);
      else if (!isVersionTopic(filter)) checkMay(visitor, "read", [filter]);
    }
  }
}

const versions = new WeakMap<View, string>();

function versionOf(view: View): string {
  const { title, html, js, css, device, networks } = view;
  const version = versions.get(view) ?? hashOf(JSON.stringify([title, html, js, css, device, networks]));
  versions.set(view, version);
  return version;
}

/** Throws Forbidden. */
export function checkSees(view: View, device: string | null, visitor: Visitor): void {
  if (!maySee(view, device, visitor)) throw new Forbidden(`Your token does not allow read:${neededOf(view, device)}.`);
}

export function maySee(view: View, device: string | null, { scopes }: Visitor): boolean {
  const filter = neededOf(view, device);
  return filter === null || allows(scopes, "read", filter);
}

/** Where the page is about no device, what any device needs is not asked for. */
function neededOf({ see }: View, device: string | null): string | null {
  return see === null || (see.includes(ANY_DEVICE) && device === null) ? null : withDevice(see, device ?? "");
}

export function withDevice(text: string, device: string): string {
  return text.replaceAll(ANY_DEVICE, () => device);
}

const parked = new Map<string, Views>();

/** The same for every instance of a hub's node. */
export function viewsOf(hub: string): Views {
  const views = parked.get(hub) ?? new Views();
  parked.set(hub, views);
  return views;
}

export function forgetViews(hub: string): void {
  parked.delete(hub);
}
