/** Makes a schema ready: its fields flat, each with its place in the record, its reader, and the writer of its element. */
import { checkField, checkName, checkTag, MAX_COLUMNS, recordName } from "./check-schema.ts";
import { closeElement, openingOf } from "./element.ts";
import type { Read, Reader, Write } from "./reader.ts";
import { readerOf } from "./readers.ts";
import type { ExpressionField, GroupField, ReadField, RecordField, RecordSchema } from "./schema.ts";
import { type Column, RejectedRecord } from "./split.ts";

/** Makes a value of those of the other fields, by name. */
export type Evaluate = (values: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** Throws where the text is no expression. */
export type PrepareExpression = (expression: string) => Evaluate;

/** A column whose value is read from the record. */
interface FieldPlan {
  /** Which column it fills. */
  readonly index: number;
  /** Of the record's fields after the tag, the first that it takes. */
  readonly at: number;
  readonly read: Read;
  /** Gives the element's bytes. */
  readonly write: Write;
}

/** A column whose value is made when all others are read. */
interface ExpressionPlan {
  readonly index: number;
  readonly evaluate: Evaluate;
}

export interface CompiledSchema {
  readonly tag: string;
  readonly columns: readonly Column[];
  readonly fields: readonly FieldPlan[];
  readonly expressions: readonly ExpressionPlan[];
  /** Fields that a record has after its tag; the last of them is all the rest where `hasRest`. */
  readonly inputs: number;
  readonly hasRest: boolean;
}

export interface CompileOptions {
  /** Type of a first reading, whose value is the tag; empty: none. */
  readonly header?: string;
  /** Without it no schema can have an expression. */
  readonly prepare?: PrepareExpression;
}

/** Throws RangeError naming the record and the field. */
export function compileSchema(schema: RecordSchema, options: CompileOptions = {}): CompiledSchema {
  const { tag, fields } = schema;
  checkTag(tag);
  if (!Array.isArray(fields)) throw new RangeError(`${recordName(tag)}: "fields" must be a list`);
  const compiler = new Compiler(tag, options.prepare);
  if (options.header) compiler.addHeader(options.header);
  for (const field of fields) compiler.take(field, null);
  return compiler.compiled();
}

class Compiler {
  readonly #tag: string;
  readonly #prepare: PrepareExpression | undefined;
  readonly #columns: Column[] = [];
  readonly #fields: FieldPlan[] = [];
  readonly #expressions: ExpressionPlan[] = [];
  readonly #names = new Set<string>();
  #inputs = 0;
  #hasRest = false;

  constructor(tag: string, prepare: PrepareExpression | undefined) {
    this.#tag = tag;
    this.#prepare = prepare;
  }

  compiled(): CompiledSchema {
    return {
      tag: this.#tag,
      columns: this.#columns,
      fields: this.#fields,
      expressions: this.#expressions,
      inputs: this.#inputs,
      hasRest: this.#hasRest,
    };
  }

  addHeader(type: string): void {
    const element = Buffer.from(closeElement(openingOf(type), this.#tag));
    this.#addRead(type, undefined, { inputs: 0, read: () => this.#tag, write: () => element });
  }

  /** `repetition`: its number, within a group. */
  take(field: RecordField, repetition: number | null): void {
    checkField(field, this.#tag);
    if (this.#hasRest) throw new RangeError(`${recordName(this.#tag)}: "rest" must be the last field`);
    if (field.kind === "skip") this.#inputs += field.inputs ?? 1;
    else if (field.kind === "group") this.#repeat(field, repetition);
    else if (field.kind === "expression") this.#takeExpression(field, repetition);
    else this.#takeRead(field, repetition);
  }

  #repeat({ repeat, first = 1, fields }: GroupField, repetition: number | null): void {
    if (repetition !== null) throw new RangeError(`${recordName(this.#tag)}: a group must not be in another one`);
    for (let number = first; number < first + repeat; number++) {
      for (const field of fields) this.take(field, number);
    }
  }

  #takeRead(field: ReadField, repetition: number | null): void {
    const type = this.#typeOf(field, repetition);
    const reject = (reason: RejectedRecord["reason"], detail: string) =>
      new RejectedRecord(reason, detail, this.#tag, type);
    this.#addRead(type, field.unit, readerOf(field, reject, openingOf(type)));
    this.#hasRest = field.kind === "rest";
  }

  #addRead(type: string, unit: string | undefined, { inputs, read, write }: Reader): void {
    const opening = openingOf(type);
    const writeValue: Write = (texts, at) => {
      const value = read(texts, at);
      return value instanceof RejectedRecord ? value : Buffer.from(closeElement(opening, value));
    };
    this.#fields.push({ index: this.#add(type, unit), at: this.#inputs, read, write: write ?? writeValue });
    this.#inputs += inputs;
  }

  #takeExpression(field: ExpressionField, repetition: number | null): void {
    const type = this.#typeOf(field, repetition);
    const where = `${recordName(this.#tag)}, field ${JSON.stringify(type)}`;
    if (!this.#prepare) throw new RangeError(`${where}: there is nothing to evaluate an expression`);
    const index = this.#add(type, field.unit);
    try {
      this.#expressions.push({ index, evaluate: this.#prepare(numbered(field.expression, repetition)) });
    } catch (error) {
      throw new RangeError(`${where}: "expression": ${(error as Error).message}`);
    }
  }

  #typeOf({ name }: { readonly name: string }, repetition: number | null): string {
    const type = numbered(name, repetition);
    checkName(type, this.#tag);
    return type;
  }

  /** Gives the column's index. */
  #add(type: string, unit: string | undefined): number {
    const where = recordName(this.#tag);
    if (this.#names.has(type)) throw new RangeError(`${where}: there are two fields "${type}"`);
    if (this.#columns.length === MAX_COLUMNS) throw new RangeError(`${where}: more than ${MAX_COLUMNS} fields`);
    this.#names.add(type);
    return this.#columns.push(unit === undefined ? { type } : { type, unit }) - 1;
  }
}

function numbered(name: string, repetition: number | null): string {
  if (repetition === null || typeof name !== "string") return name;
  return name.replaceAll("{n}", String(repetition)).replaceAll("{nn}", String(repetition).padStart(2, "0"));
}
