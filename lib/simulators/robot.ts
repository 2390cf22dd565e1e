/** A simulated robot: what it measures, and how it writes that to a comms server (PROTOCOLS 5.1). */
import { encodePng } from "./png.ts";
import { Random } from "./random.ts";

/** What can be turned while it runs; shares are 0 to 1. */
export interface RobotDials {
  /** Messages in a second. */
  readonly rate: number;
  /** Pictures in a minute. */
  readonly pictures: number;
  /** Messages with a token that nobody has. */
  readonly wrong: number;
  /** Messages written in several pieces. */
  readonly split: number;
  /** Messages that wait for the next one, to be written with it. */
  readonly coalesce: number;
}

export interface RobotOptions extends RobotDials {
  readonly seed: number;
  readonly token: string;
  /** Behind each message. */
  readonly ending: "\n" | "done\n";
}

export type RobotEvent =
  /** Each piece in a write of its own. */
  { readonly type: "write"; readonly pieces: readonly string[] };

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
/** Some 30 KB in base64. */
const PICTURE = { width: 96, height: 80 };
const MOST_PIECES = 40;
const LAP_S = 40;
const RAYS = 8;
/** As long as a real one, and never given to anybody. */
const WRONG_TOKEN = `gatehouse_${"0".repeat(11)}_${"0".repeat(43)}`;

export class RobotSimulator {
  readonly counts = { messages: 0, pictures: 0, wrong: 0, split: 0, coalesced: 0 };
  readonly #options: RobotOptions;
  readonly #random: Random;
  readonly #started: number;
  #dials: RobotDials;
  #isRunning = true;
  #isPlaying = false;
  #mustAsk = false;
  #messageAt: number;
  #pictureAt: number;
  /** Written with the next message. */
  #waiting = "";

  constructor(options: RobotOptions, now: number) {
    this.#options = options;
    this.#dials = options;
    this.#random = new Random(options.seed);
    this.#started = now;
    this.#messageAt = now + this.#random.next() * (SECOND_MS / options.rate);
    this.#pictureAt = options.pictures > 0 ? now : Number.POSITIVE_INFINITY;
  }

  get dials(): RobotDials {
    return this.#dials;
  }

  turn(dials: Partial<RobotDials>, now: number): void {
    this.#dials = { ...this.#dials, ...dials };
    this.#messageAt = now;
    this.#pictureAt = this.#nextPicture(now);
  }

  run(isRunning: boolean): void {
    this.#isRunning = isRunning;
  }

  /** On a new connection it asks, after the message that says who it is, whether the game runs: nobody may tell it before that changes. */
  open(): void {
    this.#isPlaying = false;
    this.#mustAsk = true;
  }

  /** A line from the server: whether the game runs is what it heeds. */
  receive(line: string): void {
    if (/"GAME"\s*:\s*"start"/.test(line)) this.#isPlaying = true;
    if (/"GAME"\s*:\s*"stop"/.test(line)) this.#isPlaying = false;
  }

  handleTimer(now: number): RobotEvent[] {
    if (!this.#isRunning || now < this.#messageAt) return [];
    const hasPicture = now >= this.#pictureAt;
    // Late timers are not made up for.
    this.#messageAt = Math.max(this.#messageAt + SECOND_MS / this.#dials.rate, now);
    if (hasPicture) this.#pictureAt = this.#nextPicture(now);
    return this.#write(this.#messageOf((now - this.#started) / SECOND_MS, hasPicture));
  }

  nextDeadline(): number | null {
    return this.#isRunning ? this.#messageAt : null;
  }

  #nextPicture(now: number): number {
    const { pictures } = this.#dials;
    return pictures > 0 ? now + MINUTE_MS / pictures : Number.POSITIVE_INFINITY;
  }

  #messageOf(seconds: number, hasPicture: boolean): string {
    this.counts.messages++;
    const isWrong = this.#random.chance(this.#dials.wrong);
    if (isWrong) this.counts.wrong++;
    if (hasPicture) this.counts.pictures++;
    const token = isWrong ? WRONG_TOKEN : this.#options.token;
    const fields = { token, ...this.#readings(seconds), ...(hasPicture && { Camera: this.#picture(seconds) }) };
    return JSON.stringify(fields) + this.#options.ending + (isWrong ? "" : this.#question());
  }

  #question(): string {
    if (!this.#mustAsk) return "";
    this.#mustAsk = false;
    return `game${this.#options.ending}`;
  }

  #readings(seconds: number): object {
    const angle = this.#angle(seconds);
    const noise = () => this.#random.next() - 0.5;
    return {
      Battery: round(8.4 - (seconds % 3600) / 2400 + 0.02 * noise(), 2),
      Speed: round(this.#isPlaying ? 0.6 + 0.1 * noise() : 0, 2),
      Heading: Math.round((angle * 180) / Math.PI) % 360,
      Position: [round(1.5 * Math.cos(angle), 2), round(Math.sin(angle), 2)],
      Gyro: [0, 1, 2].map(() => round(noise() / 10, 3)),
      Ranges: Array.from({ length: RAYS }, (_, ray) => round(1.2 + 0.8 * Math.sin(angle + ray) + 0.05 * noise(), 2)),
      State: this.#isPlaying ? "playing" : "waiting for the game",
    };
  }

  #angle(seconds: number): number {
    return 2 * Math.PI * ((seconds / LAP_S) % 1);
  }

  /** What its camera sees: a field, and a ball that it goes round. */
  #picture(seconds: number): string {
    const { width, height } = PICTURE;
    const angle = this.#angle(seconds);
    const [ballX, ballY] = [width * (0.5 + 0.35 * Math.cos(angle)), height * (0.55 + 0.3 * Math.sin(angle))];
    const png = encodePng(width, height, (x, y) => {
      if (Math.hypot(x - ballX, y - ballY) < 7) return [240, 140, 30];
      if (y < height / 4) return [110 + y, 170, 215];
      return (x + y) % 16 < 8 ? [60, 140 - y / 2, 70] : [70, 150 - y / 2, 80];
    });
    return png.toString("base64");
  }

  #write(message: string): RobotEvent[] {
    const text = this.#waiting + message;
    this.#waiting = "";
    if (this.#random.chance(this.#dials.coalesce)) {
      this.counts.coalesced++;
      this.#waiting = text;
      return [];
    }
    return [{ type: "write", pieces: this.#random.chance(this.#dials.split) ? this.#cut(text) : [text] }];
  }

  #cut(text: string): string[] {
    this.counts.split++;
    const pieces = 2 + this.#random.below(MOST_PIECES - 1);
    const size = Math.ceil(text.length / pieces);
    return Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
      text.slice(index * size, (index + 1) * size),
    );
  }
}

function round(value: number, decimals: number): number {
  return Math.round(value * 10 ** decimals) / 10 ** decimals;
}
