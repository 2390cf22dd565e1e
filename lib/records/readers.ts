/** How each kind of field reads its value: a table of kinds, each made ready once for a schema. */
import { closeElement } from "./element.ts";
import { ElementCache } from "./element-cache.ts";
import { COMPASS, compassPoint, numberOf, rounder, scaler } from "./numbers.ts";
import { notANumber, quoted, type Reader, type Reject } from "./reader.ts";
import type { CompassField, FieldKind, NumberField, ReadField, TableField } from "./schema.ts";
import { combinedReader, durationReader, hexReader } from "./several-inputs.ts";
import { RejectedRecord } from "./split.ts";

/** `opening`: what stands before the value in the element's text. */
type ReaderOf<Kind extends FieldKind> = (
  field: Extract<ReadField, { kind: Kind }>,
  reject: Reject,
  opening: string,
) => Reader;

const READERS: { readonly [Kind in ReadField["kind"]]: ReaderOf<Kind> } = {
  number: numberReader,
  text: textReader,
  rest: textReader,
  table: tableReader,
  compass: compassReader,
  duration: durationReader,
  hex: hexReader,
  combined: combinedReader,
};

export function readerOf(field: ReadField, reject: Reject, opening: string): Reader {
  return (READERS[field.kind] as ReaderOf<ReadField["kind"]>)(field as never, reject, opening);
}

function textReader(): Reader {
  return { inputs: 1, read: (texts, at) => texts[at]! };
}

function numberReader(field: NumberField, reject: Reject, opening: string): Reader {
  const scale = scaler(field);
  const round = rounder(field.decimals);
  const written = new ElementCache();
  const read = (texts: readonly string[], at: number) => {
    const number = numberOf(texts[at]!);
    return Number.isNaN(number) ? notANumber(texts[at]!, reject) : round(scale(number));
  };
  return {
    inputs: 1,
    read,
    write(texts, at) {
      const known = written.get(texts[at]!);
      if (known) return known;
      const number = read(texts, at);
      return typeof number === "number" ? written.add(texts[at]!, `${opening}${number}"}`) : number;
    },
  };
}

function tableReader(field: TableField, reject: Reject, opening: string): Reader {
  const rows = new Map(Object.entries(field.table));
  const elements = new Map([...rows].map(([code, text]) => [code, Buffer.from(closeElement(opening, text))]));
  const read = (texts: readonly string[], at: number) => {
    const code = texts[at]!;
    return rows.get(code) ?? rows.get(plainCode(code)) ?? unknownCode(code, field.default, reject);
  };
  return {
    inputs: 1,
    read,
    write(texts, at) {
      const known = elements.get(texts[at]!);
      if (known !== undefined) return known;
      const text = read(texts, at);
      return text instanceof RejectedRecord ? text : Buffer.from(closeElement(opening, text));
    },
  };
}

/** `033` and `33.0` are code 33. */
function plainCode(text: string): string {
  return String(numberOf(text));
}

function unknownCode(code: string, fallback: string | undefined, reject: Reject): string | RejectedRecord {
  if (fallback !== undefined) return fallback.replaceAll("{code}", () => code);
  return reject("unknown-code", `${quoted(code)} is in no row of the table`);
}

function compassReader(field: CompassField, reject: Reject, opening: string): Reader {
  const scale = scaler(field);
  const elements = COMPASS.map((point) => Buffer.from(closeElement(opening, point)));
  const pick =
    <Word>(words: readonly Word[]) =>
    (texts: readonly string[], at: number) => {
      const number = numberOf(texts[at]!);
      return Number.isNaN(number) ? notANumber(texts[at]!, reject) : words[compassPoint(scale(number))]!;
    };
  return { inputs: 1, read: pick(COMPASS), write: pick(elements) };
}
