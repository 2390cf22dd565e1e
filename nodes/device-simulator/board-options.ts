/** Reads the fields of a simulated controller board, and what its control messages say. */
import { type BadRecord, isBadRecord } from "../../lib/simulators/bad-records.ts";
import type { BoardDials, BoardOptions } from "../../lib/simulators/board.ts";
import { type Fields, integerOption, numberOption, textOption } from "../shared/options.ts";
import { controlFields } from "./control.ts";

export interface BoardFields {
  readonly host: string;
  readonly port: number;
  readonly board: BoardOptions;
}

const RATE = [0.01, 50_000] as const;
const PERCENT = [0, 100] as const;
const BURST = [1, 100_000] as const;
const NAMES = ["rate", "malformed", "burst", "bad", "record", "counts"];

export function readBoardOptions(fields: Fields): BoardFields {
  return {
    host: textOption(fields, "host", "127.0.0.1"),
    port: integerOption(fields, "port", [1, 65_535], 55_056),
    board: {
      rate: numberOption(fields, "records", RATE, 2),
      malformed: numberOption(fields, "malformed", PERCENT, 0) / 100,
      seed: integerOption(fields, "seed", [0, 2 ** 32 - 1], 1),
    },
  };
}

interface BoardControl {
  readonly dials: Partial<BoardDials>;
  /** Records to send at once. */
  readonly burst: number;
  /** A malformed record, of this kind where it is named. */
  readonly bad: BadRecord | boolean;
  /** A record as the user wrote it. */
  readonly record: string | null;
  /** Whether the counts are asked for. */
  readonly counts: boolean;
}

/** Throws RangeError naming what is wrong. */
export function boardControlFrom(payload: unknown): BoardControl {
  const fields = controlFields(payload, NAMES);
  return {
    dials: {
      ...(fields.rate !== undefined && { rate: numberOption(fields, "rate", RATE) }),
      ...(fields.malformed !== undefined && { malformed: numberOption(fields, "malformed", PERCENT) / 100 }),
    },
    burst: fields.burst === undefined ? 0 : integerOption(fields, "burst", BURST),
    bad: badIn(fields.bad),
    record: typeof fields.record === "string" ? fields.record : null,
    counts: fields.counts === true,
  };
}

function badIn(value: unknown): BadRecord | boolean {
  if (value === undefined || typeof value === "boolean") return value === true;
  if (isBadRecord(value)) return value;
  throw new RangeError('"bad" must be true, or a reason such as "unknown-tag" for which a splitter rejects a record');
}
