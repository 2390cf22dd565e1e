/** The members of a JSON object, in the order and to the byte as they were written. */
import fc from "fast-check";
import should from "should";
import { membersOf, withoutMember } from "../../../lib/json/members.ts";

const read = (text: string) => membersOf(text).map(({ name, valueText }) => [name, valueText]);

describe("members of a JSON object", () => {
  const objects: [what: string, text: string, members: [string, string][]][] = [
    ["none", "{}", []],
    ["none, with white space", " \n{ } ", []],
    [
      "names that look like integers, in their order",
      '{"b":1,"10":2,"2":3}',
      [
        ["b", "1"],
        ["10", "2"],
        ["2", "3"],
      ],
    ],
    [
      "numbers that a double cannot hold, and zeros behind the point",
      '{"ns":1726000000123456789,"v":1.0,"e":-2E+3}',
      [
        ["ns", "1726000000123456789"],
        ["v", "1.0"],
        ["e", "-2E+3"],
      ],
    ],
    [
      "strings with quotes, braces and backslashes",
      String.raw`{"a\"}":"\\\"{,","b":"\\","\u0063":"x"}`,
      [
        ['a"}', String.raw`"\\\"{,"`],
        ["b", String.raw`"\\"`],
        ["c", '"x"'],
      ],
    ],
    [
      "nested values as they stand",
      '{"a": {"token": "}", "10":[1, [2]]}, "b" : [ ] ,"c":null , "d":true}',
      [
        ["a", '{"token": "}", "10":[1, [2]]}'],
        ["b", "[ ]"],
        ["c", "null"],
        ["d", "true"],
      ],
    ],
    [
      "of a name that comes twice, the last value in the first place",
      '{"a":1,"b":2,"a":3}',
      [
        ["a", "3"],
        ["b", "2"],
      ],
    ],
  ];
  for (const [what, text, expected] of objects) {
    it(`are read: ${what}`, () => should(read(text)).deepEqual(expected));
  }

  it("are those that JSON.parse finds, whatever the object", () => {
    const names = fc.string({ size: "max", maxLength: 12, unit: "binary" });
    const texts = fc
      .tuple(fc.dictionary(names, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 12 }), fc.constantFrom(0, 1, "\t"))
      .map(([value, space]) => JSON.stringify(value, null, space));
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = JSON.parse(text) as Record<string, unknown>;
        const found = membersOf(text);
        should(found.map(({ name }) => name).sort()).deepEqual(Object.keys(parsed).sort());
        for (const { name, valueText } of found) {
          should(JSON.stringify(JSON.parse(valueText))).equal(JSON.stringify(parsed[name]));
        }
      }),
      { numRuns: 500 },
    );
  });

  it("can be left out, at the outermost level only", () => {
    const text = '{"token":"secret", "a":{"token":1},"2":[ 1 ],"1":2}';
    should(withoutMember(text, "token")).equal('{"a":{"token":1},"2":[ 1 ],"1":2}');
    should(withoutMember('{"token":1}', "token")).equal("{}");
    should(withoutMember('{"to\\u006ben":1,"a":2}', "token")).equal('{"a":2}');
  });
});
