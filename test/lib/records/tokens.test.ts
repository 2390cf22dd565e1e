/** Records cut into fields. */
import fc from "fast-check";
import should from "should";
import { cutField, cutRest, UNCLOSED } from "../../../lib/records/tokens.ts";

function cutAll(text: string): string[] | null {
  const fields: string[] = [];
  let at = 0;
  while (at <= text.length) {
    at = cutField(text, at, fields);
    if (at === UNCLOSED) return null;
  }
  return fields;
}

const TABLE = [
  { text: '"WINDSTAT",2,33,44', fields: ["WINDSTAT", "2", "33", "44"] },
  { text: "WINDSTAT,2,33,44", fields: ["WINDSTAT", "2", "33", "44"] },
  { text: ' "WINDSTAT" , 2 ,\t33, 44 ', fields: ["WINDSTAT", "2", "33", "44"] },
  { text: "A,,", fields: ["A", "", ""] },
  { text: '"A","",1', fields: ["A", "", "1"] },
  { text: "A", fields: ["A"] },
  { text: '"a, b",2', fields: ["a, b", "2"] },
  { text: '" a ",2', fields: [" a ", "2"] },
  { text: '"say ""no""",2', fields: ['say "no"', "2"] },
  { text: '"say "no" again",2', fields: ['say "no" again', "2"] },
  { text: '"say "no"",2', fields: ['say "no"', "2"] },
  { text: '"say "no""', fields: ['say "no"'] },
  { text: 'say "no",2', fields: ['say "no"', "2"] },
  { text: '"two\nlines",2', fields: ["two\nlines", "2"] },
  { text: "two\nlines,2", fields: ["two\nlines", "2"] },
  { text: '"A', fields: null },
  { text: '"A,1', fields: null },
  { text: 'A,"', fields: null },
  { text: 'A,"b"c', fields: null },
];

describe("record fields", () => {
  for (const { text, fields } of TABLE) {
    it(`${JSON.stringify(text)} has ${fields ? JSON.stringify(fields) : "a quote without an end"}`, () => {
      should(cutAll(text)).deepEqual(fields);
    });
  }

  const RESTS = [
    { text: "A,Pump 2 on, all well", rest: "Pump 2 on, all well" },
    { text: 'A,"Pump 2 on, all well"', rest: "Pump 2 on, all well" },
    { text: 'A,"one","two"', rest: '"one","two"' },
    { text: "A, ", rest: "" },
  ];
  for (const { text, rest } of RESTS) {
    it(`after its tag, ${JSON.stringify(text)} is ${JSON.stringify(rest)}`, () => {
      should(cutRest(text, cutField(text, 0, []))).equal(rest);
    });
  }

  it("come back whatever is quoted", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary", maxLength: 30, size: "max" }), { minLength: 1 }), (fields) => {
        const text = fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(",");
        should(cutAll(text)).deepEqual(fields);
      }),
    );
  });

  it("end for every text", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('"', ",", " ", "a", "\n"), maxLength: 40, size: "max" }),
        (text) => {
          const fields = cutAll(text);
          should(fields === null || fields.length > 0).be.true();
        },
      ),
      { numRuns: 2000 },
    );
  });
});
