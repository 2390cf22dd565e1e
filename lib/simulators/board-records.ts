/** What a simulated solar and weather controller measures, as its records: the ones that `resources/solar-controller.json` splits. */
import type { Random } from "./random.ts";

const SENSORS = 16;
const DAY_S = 86_400;
/** A day passes in ten minutes, so that the sun is seen to move. */
const FAST = 144;

/** Seconds since the start of the simulation. */
type Writer = (seconds: number) => string;

export class BoardRecords {
  readonly #random: Random;
  #next = 0;

  /** Wind comes most often, set-up values seldom. */
  readonly #turns: readonly Writer[];

  constructor(random: Random) {
    this.#random = random;
    const wind: Writer = (seconds) => this.#wind(seconds);
    const pumps: Writer = (seconds) => this.#pumps(seconds);
    const dish: Writer = (seconds) => this.#dish(seconds);
    const temperatures: Writer = (seconds) => this.#temperatures(seconds);
    const air: Writer = (seconds) => this.#air(seconds);
    const round = [wind, pumps, wind, dish, wind, air, wind, temperatures];
    this.#turns = [...round, runTime, ...round, setUp, ...round, (seconds) => this.#message(seconds)];
  }

  /** The next record of the round. */
  next(seconds: number): string {
    const write = this.#turns[this.#next]!;
    this.#next = (this.#next + 1) % this.#turns.length;
    return write(seconds);
  }

  #wind(seconds: number): string {
    const speed = 4 + 3 * wave(seconds, 47) + this.#spread(1);
    const status = speed > 7 ? 34 : speed < 1 ? 32 : 33;
    // Steps of 7.5 degrees.
    const direction = Math.floor(24 + 20 * wave(seconds, 300) + this.#spread(2));
    return `"WINDSTAT",${speed.toFixed(1)},${status},${(direction + 48) % 48}`;
  }

  #pumps(seconds: number): string {
    const sun = sunAt(seconds);
    const collector = sun > 0.2 ? 1 : 0;
    const level = collector ? Math.round(40 + 60 * sun) : 0;
    const flow = Math.round(level * 1.2 + this.#spread(3) * collector);
    const hours = Math.floor(seconds / 2);
    return `"PUMPSTAT",${collector},${level},${hours},${sun > 0.6 ? 1 : 0},${sun > 0.6 ? 70 : 0},${hours >> 1},${Math.max(0, flow)}`;
  }

  #dish(seconds: number): string {
    const sun = sunAt(seconds);
    const degrees = (((seconds * FAST) % DAY_S) / DAY_S) * 360;
    const mode = sun > 0 ? 1 : 0;
    const elevation = Math.round(600 * sun);
    const switches = mode | (sun > 0.5 ? 0x0100 : 0);
    return `"DISHSTAT",${mode},${Math.round(degrees * 10)},${elevation},${Math.floor(degrees / 7.5)},${switches}`;
  }

  #temperatures(seconds: number): string {
    const fields = Array.from({ length: SENSORS }, (_, index) => this.#sensor(index, seconds));
    return `"TEMPSTAT",${fields.join(",")}`;
  }

  /** Eight fields: serial number, state, whole, fraction, sign, high, low, seconds since the sensor was read. */
  #sensor(index: number, seconds: number): string {
    const id = (0x28ff_0000_0000 + index * 0x1357_9bdf).toString(16).padStart(16, "0");
    if (index === SENSORS - 1) return `${id},3,0,0,+,0,0,0`;
    const degrees = index * 6 - 12 + 30 * sunAt(seconds) + this.#spread(0.4);
    const hundredths = Math.round(Math.abs(degrees) * 100);
    const parts = `${Math.floor(hundredths / 100)},${hundredths % 100},${degrees < 0 ? "-" : "+"}`;
    return `${id},1,${parts},${index * 6 + 20},${index * 6 - 13},${this.#random.below(5)}`;
  }

  #air(seconds: number): string {
    const tenths = Math.round((8 + 12 * sunAt(seconds) - 6 * wave(seconds, 500) + this.#spread(0.3)) * 10);
    const parts = `${tenths < 0 ? "-" : "+"},${Math.floor(Math.abs(tenths) / 10)},${Math.abs(tenths) % 10}`;
    const humidity = Math.round(65 - 20 * sunAt(seconds) + this.#spread(2));
    const sunlight = Math.round(900 * Math.max(0, sunAt(seconds)));
    return `"AIRSTAT",${parts},${humidity},${Math.round(10_132 + 40 * wave(seconds, 900))},${sunlight},${Math.floor(seconds / 600)}`;
  }

  #message(seconds: number): string {
    const texts = [
      "Collector pump on, flow is normal",
      'Dish says "sun found"',
      "Frost guard armed,\nnext check in 60 s",
      `Clock set, ${Math.floor(seconds)} s after the start`,
    ];
    return `"MESSAGE",${texts[this.#random.below(texts.length)]}`;
  }

  /** Between minus and plus so much. */
  #spread(most: number): number {
    return (2 * this.#random.next() - 1) * most;
  }
}

function runTime(seconds: number): string {
  const all = Math.floor(seconds) + 3 * DAY_S;
  const clock = [all / DAY_S, (all / 3600) % 24, (all / 60) % 60, all % 60].map(Math.floor);
  return `"RUNTIME",${clock.join(",")},2,${Math.round(1245 + 12 * wave(seconds, 120))},0,"2.4 solar"`;
}

function setUp(): string {
  return '"SETUP",80,35,85,14,2,15';
}

/** -1 to 1. */
function wave(seconds: number, periodS: number): number {
  return Math.sin((2 * Math.PI * seconds) / periodS);
}

/** 1 at noon, below 0 at night; the simulation begins in the morning. */
function sunAt(seconds: number): number {
  return wave(seconds * FAST + DAY_S / 48, DAY_S);
}
