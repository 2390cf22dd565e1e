/** What is known of a command: the kind of its payload, and how it grows with each that a device takes. */
import should from "should";
import { joinKnown, type KnownCommand, knownFrom } from "../../../lib/commands/known.ts";

const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, index]));

const KINDS: readonly (readonly [payload: unknown, known: object | null])[] = [
  [null, { kind: "none" }],
  [undefined, { kind: "none" }],
  [true, { kind: "boolean", min: true, max: true }],
  [-2.5, { kind: "number", min: -2.5, max: -2.5 }],
  ["a secret", { kind: "text" }],
  ["", { kind: "text" }],
  [
    { low: 5, on: false, name: "secret" },
    { kind: "object", fields: { low: "number", on: "boolean", name: "text" } },
  ],
  [{}, { kind: "json" }],
  [[1, 2], { kind: "json" }],
  [{ inner: { a: 1 } }, { kind: "json" }],
  [{ a: null }, { kind: "json" }],
  [{ "<b>": 1 }, { kind: "json" }],
  [JSON.parse('{"__proto__": 1}'), { kind: "json" }],
  [many(16), { kind: "object", fields: Object.fromEntries(Object.keys(many(16)).map((name) => [name, "number"])) }],
  [many(17), { kind: "json" }],
  [Number.NaN, null],
  [Number.POSITIVE_INFINITY, null],
  [Buffer.from("bytes"), null],
];

const number = (min: number, max = min) => ({ kind: "number", min, max });
const boolean = (min: boolean, max = min) => ({ kind: "boolean", min, max });

const JOINED: readonly (readonly [before: object | null, newest: object, joined: object])[] = [
  [null, number(3), number(3)],
  [number(3), number(3), number(3)],
  [number(3), number(-1), number(-1, 3)],
  [number(-1, 3), number(2), number(-1, 3)],
  [boolean(true), boolean(true), boolean(true)],
  [boolean(true), boolean(false), boolean(false, true)],
  [boolean(false), boolean(true), boolean(false, true)],
  [boolean(false, true), boolean(false), boolean(false, true)],
  [number(3), boolean(true), boolean(true)],
  [{ kind: "text" }, { kind: "none" }, { kind: "none" }],
  [
    { kind: "object", fields: { a: "text" } },
    { kind: "object", fields: { b: "text" } },
    { kind: "object", fields: { b: "text" } },
  ],
];

describe("what is known of a command", () => {
  for (const [payload, known] of KINDS) {
    it(`is ${known === null ? "nothing" : JSON.stringify(known).slice(0, 60)} by ${String(JSON.stringify(payload)).slice(0, 60)}`, () => {
      should(knownFrom(payload)).deepEqual(known);
    });
  }

  for (const [before, newest, joined] of JOINED) {
    it(`${JSON.stringify(before)} and then ${JSON.stringify(newest)} is ${JSON.stringify(joined)}`, () => {
      should(joinKnown(before as KnownCommand | null, newest as KnownCommand)).deepEqual(joined);
    });
  }
});
