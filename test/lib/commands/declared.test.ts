/** Which commands the HTML of a view declares, component by component. */
import should from "should";
import { declaredIn } from "../../../lib/commands/declared.ts";

const number = (min: number, max = min) => ({ kind: "number", min, max });

const TABLE: readonly (readonly [html: string, declared: object])[] = [
  ['<gh-button id="r" command="reset" payload="1" label="Reset"></gh-button>', { reset: number(1) }],
  ["<gh-button command=reset></gh-button>", { reset: { kind: "none" } }],
  ["<gh-button command='off' confirm='All of it?'>", { off: { kind: "none", confirm: "All of it?" } }],
  [
    '<gh-button command="a" label="a > b" payload="{&quot;x&quot;:1}">',
    { a: { kind: "object", fields: { x: "number" } } },
  ],
  ['<gh-button\n  command="mode"\n  payload="auto">', { mode: { kind: "text" } }],
  ['<gh-switch type="lamp">', { lamp: { kind: "boolean", min: false, max: true } }],
  ['<gh-switch type="state" command="lamp" on="1" off="0">', { lamp: number(0, 1) }],
  ['<gh-slider type="interval" min="1" max="60">', { interval: number(1, 60) }],
  ['<gh-slider type="level">', { level: number(0, 100) }],
  ['<gh-input command="name">', { name: { kind: "text" } }],
  ['<gh-input command="level" kind="number" min="0" max="9">', { level: number(0, 9) }],
  ['<gh-input command="level" kind="number">', {}],
  ['<gh-button command="x" device="mesh/1">', {}],
  ['<gh-button command="<b>">', {}],
  ['<gh-button command="__proto__">', {}],
  ['<gh-value type="t"><gh-form command="limits"></gh-form><button command="x">', {}],
  ['<gh-button command="reset"', {}],
  ["<gh-button>", {}],
];

describe("commands that a view declares", () => {
  for (const [html, declared] of TABLE) {
    it(`are ${JSON.stringify(declared)} in ${html.replace(/\s+/g, " ")}`, () =>
      should(declaredIn(html)).deepEqual(declared));
  }

  it("are all of its components", () => {
    should(Object.keys(declaredIn(TABLE.map(([html]) => html).join("\n")))).containDeep([
      "reset",
      "lamp",
      "interval",
      "name",
    ]);
  });
});
