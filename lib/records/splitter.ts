/** Splits the records of a board: the tag chooses the schema, the schema reads the fields (PROTOCOLS 4). */
import { recordName } from "./check-schema.ts";
import { type CompiledSchema, type CompileOptions, compileSchema } from "./compile.ts";
import { elementText } from "./element.ts";
import { quoted } from "./reader.ts";
import { textOfRecord } from "./record-text.ts";
import type { RecordSchema } from "./schema.ts";
import { RejectedRecord, type Split } from "./split.ts";
import { cutField, cutRest, UNCLOSED } from "./tokens.ts";

export interface SplitterOptions extends CompileOptions {
  /** 2048 where not given. */
  readonly maxBytes?: number;
}

/** The record's fields, cut and counted, not yet read. */
interface CutRecord {
  readonly schema: CompiledSchema;
  readonly texts: readonly string[];
}

type Outcome = Split | RejectedRecord;

/** A split whose expressions may still fill in values. */
interface Filled extends Split {
  readonly values: unknown[];
}

const DEFAULT_MAX_BYTES = 2048;

export class RecordSplitter {
  readonly #schemas = new Map<string, CompiledSchema>();
  readonly #maxBytes: number;

  /** Throws RangeError naming the record and the field. */
  constructor(schemas: readonly RecordSchema[], options: SplitterOptions = {}) {
    const { maxBytes = DEFAULT_MAX_BYTES } = options;
    if (!Number.isSafeInteger(maxBytes) || maxBytes < 1) {
      throw new RangeError(`"maxBytes" must be 1 or more, got ${maxBytes}`);
    }
    this.#maxBytes = maxBytes;
    for (const schema of schemas) {
      if (this.#schemas.has(schema.tag)) throw new RangeError(`${recordName(schema.tag)}: there are two of this tag`);
      this.#schemas.set(schema.tag, compileSchema(schema, options));
    }
  }

  /** A promise where the record's schema has an expression. */
  split(record: string | Uint8Array): Outcome | Promise<Outcome> {
    const cut = this.#cut(record);
    if (cut instanceof RejectedRecord) return cut;
    return cut.schema.expressions.length > 0 ? evaluated(cut) : readFields(cut);
  }

  /** As `split`, but each value is the bytes of its element, read only: those of words were written once for all. */
  splitToBytes(record: string | Uint8Array): Outcome | Promise<Outcome> {
    const cut = this.#cut(record);
    if (cut instanceof RejectedRecord) return cut;
    return cut.schema.expressions.length > 0 ? evaluated(cut).then(toBytes) : writeFields(cut);
  }

  #cut(record: string | Uint8Array): CutRecord | RejectedRecord {
    const text = textOfRecord(record, this.#maxBytes);
    if (typeof text !== "string") return text;
    const texts: string[] = [];
    const at = cutField(text, 0, texts);
    if (at === UNCLOSED) return unclosed();
    const tag = texts.pop()!.trim();
    const schema = this.#schemas.get(tag);
    if (!schema) return new RejectedRecord("unknown-tag", `no schema has the tag ${quoted(tag)}`, tag);
    return cutFields(text, at, schema, texts) ?? { schema, texts };
  }
}

/** Null where all fields are there. */
function cutFields(text: string, from: number, schema: CompiledSchema, texts: string[]): RejectedRecord | null {
  const { inputs, hasRest, tag } = schema;
  const cut = hasRest ? inputs - 1 : inputs;
  let at = from;
  while (texts.length < cut && at <= text.length) {
    at = cutField(text, at, texts);
    if (at === UNCLOSED) return unclosed(tag);
  }
  const isMore = at <= text.length;
  if (hasRest && isMore) texts.push(cutRest(text, at));
  if (texts.length < inputs) return new RejectedRecord("too-few-fields", `${texts.length} of ${inputs} fields`, tag);
  if (isMore && !hasRest) return new RejectedRecord("too-many-fields", `more than ${inputs} fields`, tag);
  return null;
}

function unclosed(tag?: string): RejectedRecord {
  return new RejectedRecord("unclosed-quote", "a quoted field has no end", tag);
}

function readFields({ schema: { columns, fields }, texts }: CutRecord): Filled | RejectedRecord {
  const values = new Array<unknown>(columns.length);
  for (const { index, at, read } of fields) {
    const value = read(texts, at);
    if (value instanceof RejectedRecord) return value;
    values[index] = value;
  }
  return { columns, values };
}

function writeFields({ schema: { columns, fields }, texts }: CutRecord): Outcome {
  const values = new Array<Uint8Array>(columns.length);
  for (const { index, at, write } of fields) {
    const element = write(texts, at);
    if (element instanceof RejectedRecord) return element;
    values[index] = element;
  }
  return { columns, values };
}

function toBytes(outcome: Outcome): Outcome {
  if (outcome instanceof RejectedRecord) return outcome;
  const { columns, values } = outcome;
  return { columns, values: columns.map(({ type }, index) => Buffer.from(elementText(type, values[index]))) };
}

async function evaluated(cut: CutRecord): Promise<Outcome> {
  const split = readFields(cut);
  return split instanceof RejectedRecord ? split : evaluateRest(split, cut.schema);
}

/** Each expression sees the values before it, and those that are no expressions. */
async function evaluateRest(split: Filled, { tag, fields, expressions }: CompiledSchema): Promise<Outcome> {
  const { columns, values } = split;
  const known = Object.fromEntries(fields.map(({ index }) => [columns[index]!.type, values[index]]));
  for (const { index, evaluate } of expressions) {
    const { type } = columns[index]!;
    try {
      known[type] = await evaluate(known);
    } catch (error) {
      return new RejectedRecord("expression", (error as Error).message, tag, type);
    }
    if (known[type] === undefined) return new RejectedRecord("expression", "it gives nothing", tag, type);
    values[index] = known[type];
  }
  return split;
}
