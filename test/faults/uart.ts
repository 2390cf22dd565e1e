/** Ten million random byte strings through the frame decoder, and a million random messages. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { DataTypeTable } from "../../lib/uart/data-types.ts";
import { encodeFrame } from "../../lib/uart/frame.ts";
import { FrameDecoder, type FrameSink } from "../../lib/uart/frame-decoder.ts";
import { decodeMessage, type MessageLayout } from "../../lib/uart/messages.ts";
import type { FaultFigure } from "./fault.ts";

const STRINGS = 10_000_000;
const STRINGS_PER_BATCH = 2000;
const MESSAGES = 1_000_000;
const LONGEST = 40;
const SEED = 0x2545f491;
const SAMPLES = 10;
const MAX_GROWTH_MIB = 16;

/** Of the special bytes and what follows them, so that broken frames are as frequent as plain bytes. */
const SPECIAL = Uint8Array.of(0xff, 0xfe, 0xfa, 0xfb, 0x00, 0x02, 0x05, 0x0a);

export default async function faults(): Promise<FaultFigure[]> {
  return [...decodeStrings(), decodeMessages()];
}

type Random = (below: number) => number;

function createRandom(seed: number): Random {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

function decodeStrings(): FaultFigure[] {
  const random = createRandom(SEED);
  const written: Buffer[] = [];
  const whole = new Listener(written);
  const cut = new Listener([]);
  const decoders = [new FrameDecoder(whole, { views: true }), new FrameDecoder(cut)] as const;
  let throws = 0;
  let differences = 0;
  const resident: number[] = [];
  for (let strings = 0; strings < STRINGS; strings += STRINGS_PER_BATCH) {
    const batch = Buffer.concat(Array.from({ length: STRINGS_PER_BATCH }, () => nextString(random, written)));
    try {
      decoders[0].receive(batch);
      receiveCut(decoders[1], batch, random);
    } catch {
      throws++;
    }
    if (whole.digest !== cut.digest) differences++;
    if (strings % (STRINGS / SAMPLES) === 0) resident.push(residentMiB());
  }
  return figures(throws, differences, resident, whole);
}

function figures(throws: number, differences: number, resident: number[], whole: Listener): FaultFigure[] {
  const growth = growthOf(resident);
  const ran = `${STRINGS} random byte strings, ${whole.events} events`;
  const found = `${whole.found} of ${whole.found + whole.missing} valid frames after garbage found`;
  return [
    {
      fault: "uart: random bytes",
      figure: `${ran}: ${throws} throws`,
      promise: "0 throws, 0 hangs",
      kept: throws === 0,
    },
    {
      fault: "uart: random chunking",
      figure: `${differences} of ${STRINGS / STRINGS_PER_BATCH} batches differ from the same bytes in one chunk`,
      promise: "result independent of chunking",
      kept: differences === 0,
    },
    {
      fault: "uart: frames after garbage",
      figure: found,
      promise: "every valid frame after garbage found",
      kept: whole.missing === 0 && whole.found > 0,
    },
    {
      fault: "uart: memory",
      figure: `resident memory ${resident.at(-1)!.toFixed(1)} MiB, ${growth >= 0 ? "+" : ""}${growth.toFixed(1)} MiB from the first half of the run to the second`,
      promise: `flat memory: less than ${MAX_GROWTH_MIB} MiB`,
      kept: growth < MAX_GROWTH_MIB,
    },
  ];
}

/** Every eighth string is a frame with a payload that no other one has; the rest is garbage. */
function nextString(random: Random, written: Buffer[]): Buffer {
  const bytes = Buffer.allocUnsafe(1 + random(LONGEST));
  const special = random(4);
  for (let at = 0; at < bytes.length; at++) {
    bytes[at] = random(4) < special ? SPECIAL[random(SPECIAL.length)]! : random(256);
  }
  if (random(8) > 0) return bytes;
  const payload = Buffer.alloc(bytes.length + 4);
  payload.writeUInt32BE(random(2 ** 32));
  bytes.copy(payload, 4);
  written.push(payload);
  return encodeFrame(payload);
}

/** As a UART delivers, now and then a long piece. */
function receiveCut(decoder: FrameDecoder, batch: Buffer, random: Random): void {
  for (let at = 0; at < batch.length; ) {
    const size = 1 + random(random(16) === 0 ? 5000 : 32);
    decoder.receive(batch.subarray(at, at + size));
    at += size;
  }
}

/** A running digest of everything told, and which of the written frames came. */
class Listener implements FrameSink {
  digest = 0;
  events = 0;
  found = 0;
  readonly #written: Buffer[];

  constructor(written: Buffer[]) {
    this.#written = written;
  }

  /** Written frames that did not come: all later ones wait behind the first of them. */
  get missing(): number {
    return this.#written.length;
  }

  frame(payload: Buffer): void {
    this.#tell(1, payload);
    if (this.#written[0]?.equals(payload)) {
      this.#written.shift();
      this.found++;
    }
  }

  dropped(reason: string, offset: number, head: Buffer): void {
    this.#tell(reason.length, head);
    this.digest = Math.imul(this.digest ^ (offset | 0), 0x01000193);
  }

  noise(line: string): void {
    this.#tell(2, Buffer.from(line));
  }

  #tell(kind: number, bytes: Buffer): void {
    let digest = Math.imul(this.digest ^ kind, 0x01000193);
    for (let at = 0; at < bytes.length; at++) digest = Math.imul(digest ^ bytes[at]!, 0x01000193);
    this.digest = digest;
    this.events++;
  }
}

function decodeMessages(): FaultFigure {
  const random = createRandom(SEED);
  const types = new DataTypeTable();
  const layouts: readonly MessageLayout[] = ["auto", "type3", "opcode1"];
  const begins = ["", "\0\x05[D]", "\0\x05[M]", "\0\x05<Q>", "\0\x05D", "\0\x05[D]\x01GPS\x06"];
  let throws = 0;
  let read = 0;
  for (let count = 0; count < MESSAGES; count++) {
    const rest = Buffer.from(Uint8Array.from({ length: random(LONGEST) }, () => random(random(2) ? 256 : 8)));
    const payload = Buffer.concat([Buffer.from(begins[random(begins.length)]!, "latin1"), rest]);
    try {
      if ("readings" in decodeMessage(payload, layouts[random(layouts.length)]!, types)) read++;
    } catch {
      throws++;
    }
  }
  return {
    fault: "uart: random messages",
    figure: `${MESSAGES} random messages, ${read} of them readable: ${throws} throws`,
    promise: "0 crashes",
    kept: throws === 0,
  };
}

/** Between the medians of both halves; the first sample, taken while everything is still warming up, does not count. */
function growthOf(resident: readonly number[]): number {
  const [early, late] = [resident.slice(1, SAMPLES / 2), resident.slice(SAMPLES / 2)];
  return median(late) - median(early);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function residentMiB(): number {
  collectGarbage();
  return process.memoryUsage.rss() / 2 ** 20;
}
