/** Schemas that are wrong: each is named with its record and field. */
import should from "should";
import { compileSchema } from "../../../lib/records/compile.ts";
import type { RecordField, RecordSchema } from "../../../lib/records/schema.ts";
import { RecordSplitter } from "../../../lib/records/splitter.ts";

const X: RecordField = { kind: "number", name: "X" };

const FIELDS: readonly { readonly field: object; readonly says: RegExp }[] = [
  { field: { kind: "decimal", name: "X" }, says: /field "X": "kind" must be one of number, text, rest, table/ },
  { field: 5 as never, says: /a field must be an object/ },
  { field: { name: "X" }, says: /field "X": "kind" must be one of/ },
  { field: { kind: "number" }, says: /a field's "name" must be 1..64 letters/ },
  {
    field: { kind: "number", name: "a b" },
    says: /a field's "name" must be 1..64 letters, digits or . _ : % -, got "a b"/,
  },
  { field: { kind: "number", name: "X", scale: 0 }, says: /"scale" must be a number other than 0, got 0/ },
  { field: { kind: "number", name: "X", offset: "5" }, says: /"offset" must be a number, got 5/ },
  { field: { kind: "number", name: "X", decimals: 16 }, says: /"decimals" must be 0..15, got 16/ },
  { field: { kind: "table", name: "X" }, says: /"table" must have a row/ },
  { field: { kind: "table", name: "X", table: {} }, says: /"table" must have a row/ },
  { field: { kind: "table", name: "X", table: { 1: 2 } }, says: /"table" and "default" must hold texts/ },
  {
    field: { kind: "duration", name: "X", parts: ["weeks"] },
    says: /"parts" must be of days, hours, minutes, seconds/,
  },
  { field: { kind: "duration", name: "X", parts: [] }, says: /"parts" must be of/ },
  { field: { kind: "combined", name: "X", parts: ["fraction"] }, says: /"parts" must have a whole/ },
  { field: { kind: "combined", name: "X", parts: ["whole", "whole"] }, says: /each once at most/ },
  { field: { kind: "combined", name: "X", negative: 1 }, says: /"negative" must be a text/ },
  { field: { kind: "hex", name: "X", radix: 8 }, says: /"radix" must be 10 or 16/ },
  { field: { kind: "hex", name: "X", inputs: 0 }, says: /"inputs" must be 1..256, got 0/ },
  { field: { kind: "skip", inputs: 0 }, says: /field "skip": "inputs" must be 1..1024/ },
  { field: { kind: "group", fields: [X] }, says: /"repeat" must be given/ },
  { field: { kind: "group", repeat: 0, fields: [X] }, says: /"repeat" must be 1..256, got 0/ },
  { field: { kind: "group", repeat: 2, fields: [] }, says: /"fields" must have a row/ },
  { field: { kind: "group", repeat: 2, fields: [X] }, says: /there are two fields "X"/ },
  {
    field: { kind: "group", repeat: 1, fields: [{ kind: "group", repeat: 1, fields: [X] }] },
    says: /must not be in another one/,
  },
  { field: { kind: "expression", name: "X", expression: " " }, says: /"expression" must be given/ },
];

describe("record schemas", () => {
  for (const { field, says } of FIELDS) {
    it(`refuse the field ${JSON.stringify(field)}`, () => {
      (() => compileSchema({ tag: "T", fields: [field as RecordField] })).should.throw(says);
      (() => compileSchema({ tag: "T", fields: [field as RecordField] })).should.throw(/^record "T"/);
    });
  }

  const WHOLE: readonly { readonly schemas: unknown; readonly says: RegExp }[] = [
    { schemas: [{ tag: "", fields: [] }], says: /record "": "tag" must be a text of 1..64 characters/ },
    { schemas: [{ tag: " T", fields: [] }], says: /"tag" must be a text/ },
    { schemas: [{ fields: [] }], says: /"tag" must be a text/ },
    { schemas: [{ tag: "T" }], says: /record "T": "fields" must be a list/ },
    {
      schemas: [
        { tag: "T", fields: [X] },
        { tag: "T", fields: [] },
      ],
      says: /record "T": there are two of this tag/,
    },
    { schemas: [{ tag: "T", fields: [X, X] }], says: /there are two fields "X"/ },
    { schemas: [{ tag: "T", fields: [{ kind: "rest", name: "R" }, X] }], says: /"rest" must be the last field/ },
    {
      schemas: [
        {
          tag: "T",
          fields: Array.from({ length: 5 }, (_, n) => ({
            kind: "group",
            repeat: 256,
            fields: [{ kind: "text", name: `A${n}_{n}` }],
          })),
        },
      ],
      says: /more than 1024 fields/,
    },
  ];
  for (const { schemas, says } of WHOLE) {
    it(`refuse ${JSON.stringify(schemas).slice(0, 60)}`, () => {
      (() => new RecordSplitter(schemas as RecordSchema[])).should.throw(says);
    });
  }

  it("refuse a field of the header's name", () => {
    (() => compileSchema({ tag: "T", fields: [{ kind: "text", name: "Header" }] }, { header: "Header" })).should.throw(
      /two fields "Header"/,
    );
  });

  it("count the fields of a record", () => {
    const { inputs, columns } = compileSchema({
      tag: "T",
      fields: [X, { kind: "skip", inputs: 3 }, { kind: "combined", name: "Y" }, { kind: "hex", name: "Z", inputs: 8 }],
    });
    should(inputs).equal(15);
    should(columns).deepEqual([{ type: "X" }, { type: "Y" }, { type: "Z" }]);
  });
});
