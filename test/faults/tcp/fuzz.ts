/** Lines of random bytes through the splitter, cut at random. */
import { MessageSplitter } from "../../../lib/sessions/message-splitter.ts";
import type { StreamEvent } from "../../../lib/sessions/stream-event.ts";
import { parseTerminators } from "../../../lib/sessions/terminators.ts";
import { Random } from "../../../lib/simulators/random.ts";
import type { FaultFigure } from "../fault.ts";

const FUZZED = 1_000_000;
const FUZZ_BYTES = 64 * 1024;
const LONGEST = 60;
const SEED = 0x2545f491;
/** Mostly what terminators are made of, some of it no UTF-8. */
const ALPHABET = Buffer.from('done\n\n\r\nabc{}"\0\xff\xc2\xb0', "latin1");

/** Against the same in one piece. */
export function splitLines(): FaultFigure {
  const random = new Random(SEED);
  const ends = parseTerminators("done\\n \\r\\n \\n");
  const [whole, cut] = [new MessageSplitter(ends, LONGEST), new MessageSplitter(ends, LONGEST)];
  let [lines, throws, differences] = [0, 0, 0];
  while (lines < FUZZED) {
    const bytes = Buffer.from(Array.from({ length: FUZZ_BYTES }, () => ALPHABET[random.below(ALPHABET.length)]!));
    try {
      const told = whole.receive(bytes);
      lines += told.length;
      if (JSON.stringify(told) !== JSON.stringify(receiveCut(cut, bytes, random))) differences++;
    } catch {
      throws++;
    }
  }
  return {
    fault: "sessions: random lines",
    figure: `${lines} lines and drops: ${throws} throws, ${differences} differences between cut and whole`,
    promise: "0 crashes, result independent of chunking",
    kept: throws === 0 && differences === 0,
  };
}

function receiveCut(splitter: MessageSplitter, bytes: Buffer, random: Random): StreamEvent[] {
  const told: StreamEvent[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + random.below(random.below(8) === 0 ? 2000 : 30);
    told.push(...splitter.receive(bytes.subarray(at, at + size)));
    at += size;
  }
  return told;
}
