/** The state of a match, set by one user's messages and told to the robots (PROTOCOLS 5.1). */

/** Fields by which the state is set; each is a reading's type too. */
const FIELDS = ["GAME", "left_team", "right_team", "left_map", "right_map", "MSG"] as const;
type Field = (typeof FIELDS)[number];

/** Told to every robot beside what is not known here; the others concern one side, or the screens. */
const BROADCAST: ReadonlySet<Field> = new Set(["GAME"]);

const STATES: ReadonlySet<unknown> = new Set(["start", "stop"]);

export interface GameCommand {
  /** What is another now, in the order of the message. */
  readonly changes: readonly (readonly [field: Field, value: unknown])[];
  /** What every robot is told; null where there is nothing. */
  readonly broadcast: Readonly<Record<string, unknown>> | null;
}

export class RobotGame {
  readonly #values = new Map<Field, unknown>();
  /** When each was set, milliseconds since 1970. */
  readonly #setAt = new Map<Field, number>();

  get state(): "start" | "stop" {
    return this.#values.get("GAME") === "start" ? "start" : "stop";
  }

  /** The map of the side on which a team plays; empty for one that does not. */
  mapOf(team: string): unknown {
    if (this.#values.get("left_team") === team) return this.#values.get("left_map") ?? "";
    return this.#values.get("right_team") === team ? (this.#values.get("right_map") ?? "") : "";
  }

  /** Throws RangeError, and changes nothing, where a value cannot be. */
  command(fields: Readonly<Record<string, unknown>>, time: number): GameCommand {
    for (const [field, value] of Object.entries(fields)) check(field, value);
    const changes: [Field, unknown][] = [];
    const broadcast: Record<string, unknown> = {};
    for (const [field, value] of Object.entries(fields)) {
      if (isField(field)) changes.push([field, value]);
      if (!isField(field) || BROADCAST.has(field)) broadcast[field] = value;
    }
    for (const [field, value] of changes) this.#set(field, value, time);
    return { changes, broadcast: Object.keys(broadcast).length > 0 ? broadcast : null };
  }

  /** What was kept, or set by another process, unless what is known is newer; returns what every robot is told. */
  restore(field: string, value: unknown, time: number): GameCommand["broadcast"] {
    if (!isField(field) || time < (this.#setAt.get(field) ?? Number.NEGATIVE_INFINITY)) return null;
    const before = this.state;
    this.#set(field, value, time);
    return this.state === before ? null : { GAME: this.state };
  }

  #set(field: Field, value: unknown, time: number): void {
    this.#values.set(field, value);
    this.#setAt.set(field, time);
  }
}

function isField(name: string): name is Field {
  return (FIELDS as readonly string[]).includes(name);
}

function check(field: string, value: unknown): void {
  if (field === "GAME" && !STATES.has(value)) throw new RangeError('"GAME" must be start or stop');
  if ((field === "left_team" || field === "right_team") && typeof value !== "string") {
    throw new RangeError(`"${field}" must be a team's name`);
  }
}
