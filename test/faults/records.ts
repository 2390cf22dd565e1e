/** A million fuzzed records through the work of json-splitter: no crash, every rejected record named once, no other one lost. */
import { readFileSync } from "node:fs";
import type { RecordSchema } from "../../lib/records/schema.ts";
import { RecordSplitter } from "../../lib/records/splitter.ts";
import { badRecord } from "../../lib/simulators/bad-records.ts";
import { BoardRecords } from "../../lib/simulators/board-records.ts";
import { Random } from "../../lib/simulators/random.ts";
import { type SplitOutput, Splitting } from "../../nodes/json-splitter/splitting.ts";
import type { GatehouseMessage } from "../../nodes/shared/message.ts";
import type { FaultFigure } from "./fault.ts";

const RECORDS = 1_000_000;
/** Every so many a good one, known by its number. */
const MARKED_EVERY = 100;
const LONGEST = 60;
const SEED = 7;
const CHARACTERS = '",, \n\t0123456789.-+eExWINDSTAT°\u0000\u007f\u2028{}[]';

export default async function faults(): Promise<FaultFigure[]> {
  const schemas = JSON.parse(readFileSync("resources/solar-controller.json", "utf8")) as RecordSchema[];
  // What an expression does is not fuzzed here; without one, records are split at once.
  const plain = schemas.map(({ tag, fields }) => ({ tag, fields: fields.filter(({ kind }) => kind !== "expression") }));
  return (["reading", "bytes"] as const).flatMap((form) => run(form, plain));
}

interface Told {
  readings: number;
  rejected: number;
  errors: number;
  wrong: number;
  marks: number;
}

function run(form: "reading" | "bytes", schemas: readonly RecordSchema[]): FaultFigure[] {
  const splitter = new RecordSplitter(schemas, { header: "Header" });
  const options = { device: "solar/board", form, send: "each", header: true, splitter, statisticsMs: 0 } as const;
  const splitting = new Splitting(options, "fuzz");
  const fuzz = new Fuzz(new Random(SEED));
  const told: Told = { readings: 0, rejected: 0, errors: 0, wrong: 0, marks: 0 };
  let throws = 0;
  for (let count = 0; count < RECORDS; count++) {
    const mark = count % MARKED_EVERY === 0 ? count / MARKED_EVERY : null;
    const payload = mark === null ? fuzz.next() : `"WINDSTAT",${mark},33,44`;
    try {
      splitting.receive({ _msgid: "", payload }, listener(told, form, mark), 0);
    } catch {
      throws++;
    }
  }
  return figures(form, splitting, told, throws);
}

/** Hears of one record: it is done once, and was either split or rejected. */
function listener(told: Told, form: "reading" | "bytes", mark: number | null): SplitOutput {
  let [readings, rejected] = [0, 0];
  return {
    reading(message) {
      readings++;
      told.readings++;
      if (!isSound(message, form)) told.wrong++;
      if (mark !== null && isMark(message, mark, form)) told.marks++;
    },
    rejected() {
      rejected++;
      told.rejected++;
    },
    done(error) {
      if (error) told.errors++;
      else if ((readings > 0 ? 1 : 0) + rejected !== 1) told.wrong++;
    },
  };
}

function isSound({ type, payload }: GatehouseMessage, form: "reading" | "bytes"): boolean {
  if (form === "reading") return typeof payload === "string" || Number.isFinite(payload);
  const { Element, Data } = JSON.parse(String(payload)) as { Element: unknown; Data: unknown };
  return Element === type && typeof Data === "string";
}

function isMark({ type, payload }: GatehouseMessage, mark: number, form: "reading" | "bytes"): boolean {
  if (type !== "Speed") return false;
  return form === "reading" ? payload === mark : String(payload) === `{"Element":"Speed","Data":"${mark}"}`;
}

function figures(form: string, { counts, skipped }: Splitting, told: Told, throws: number): FaultFigure[] {
  const marks = RECORDS / MARKED_EVERY;
  const isCounted = counts.in === counts.processed + skipped && skipped === told.rejected + told.errors;
  return [
    {
      fault: `records: fuzzed, as ${form}`,
      figure: `${RECORDS} records, ${counts.processed} split into ${told.readings}: ${throws} throws`,
      promise: "0 crashes",
      kept: throws === 0 && told.errors === 0,
    },
    {
      fault: `records: rejected, as ${form}`,
      figure: `${told.rejected} named, ${skipped} counted by ${Object.keys(counts.dropped).length} reasons, ${told.wrong} named twice or not at all`,
      promise: "every rejected record named once",
      kept: isCounted && told.wrong === 0 && told.rejected > 0,
    },
    {
      fault: `records: good ones between, as ${form}`,
      figure: `${told.marks} of ${marks} came through unchanged`,
      promise: "nothing else is lost",
      kept: told.marks === marks,
    },
  ];
}

/** Good records with something changed, bad ones, and texts and bytes that are no records. */
class Fuzz {
  readonly #random: Random;
  readonly #records: BoardRecords;

  constructor(random: Random) {
    this.#random = random;
    this.#records = new BoardRecords(random);
  }

  next(): string | Buffer {
    const kind = this.#random.below(8);
    if (kind === 0) return badRecord(this.#random);
    if (kind === 1)
      return Buffer.from(Uint8Array.from({ length: this.#random.below(LONGEST) }, () => this.#random.below(256)));
    if (kind === 2) return this.#text();
    const record = this.#records.next(this.#random.below(1000));
    return kind < 5 ? this.#changed(record) : Buffer.from(this.#changed(record));
  }

  #text(): string {
    return Array.from({ length: this.#random.below(LONGEST) }, () => this.#character()).join("");
  }

  /** A few characters replaced, put in, or cut out; most often few, so that some of it is still right. */
  #changed(record: string): string {
    let text = record;
    for (let changes = this.#random.below(4); changes > 0; changes--) {
      const at = this.#random.below(text.length);
      const cut = this.#random.below(3) * this.#random.below(2);
      text = text.slice(0, at) + (this.#random.chance(0.6) ? this.#character() : "") + text.slice(at + cut);
    }
    return text;
  }

  #character(): string {
    return CHARACTERS[this.#random.below(CHARACTERS.length)]!;
  }
}
