/** The form in which a user's messages are queued (PROTOCOLS 5.1, 5.2). */
import should from "should";
import { flatListOf, flatListOfText, spaced } from "../../../lib/queue/flat-list.ts";

describe("the flat list of a message", () => {
  const lists: [what: string, text: string, list: string | null][] = [
    ["one field", '{"Field1":"value1"}', '["benbot", "Field1", "value1"]'],
    [
      "two fields",
      '{"Field1": "value1", "Field2": "value2"}',
      '["benbot", "Field1", "value1", "benbot", "Field2", "value2"]',
    ],
    [
      "names that look like integers, in their order",
      '{"b":1,"10":2,"2":3}',
      '["benbot", "b", 1, "benbot", "10", 2, "benbot", "2", 3]',
    ],
    ["a number that a double cannot hold", '{"ns":1726000000123456789}', '["benbot", "ns", 1726000000123456789]'],
    [
      "values as they stand",
      '{"a":{"z":[1.0, 2]},"b":"\\u00e9"}',
      '["benbot", "a", {"z":[1.0, 2]}, "benbot", "b", "\\u00e9"]',
    ],
    [
      "a field that names a user or a token",
      '{"user":"jason","x":{"token":1}}',
      '["benbot", "user", "jason", "benbot", "x", {"token":1}]',
    ],
    ["no field", "{}", null],
  ];
  for (const [what, text, list] of lists) {
    it(`holds ${what}`, () => should(flatListOfText("benbot", text, JSON.parse(text))).equal(list));
  }

  it("is made of an object too, where its text is not at hand", () => {
    should(flatListOf("benbot", { Field1: "value1", a: [1, { b: null }] })).equal(
      '["benbot", "Field1", "value1", "benbot", "a", [1, {"b": null}]]',
    );
    should(flatListOf("benbot", {})).be.null();
  });

  it("leaves out what the text has and the message has not, such as a token", () => {
    should(flatListOfText("benbot", '{"token":"secret","a":1}', { a: 1 })).equal('["benbot", "a", 1]');
  });

  it("quotes the user's name", () => should(flatListOfText('a"b', '{"x":1}', { x: 1 })).equal('["a\\"b", "x", 1]'));
});

describe("spaced JSON", () => {
  it("is what json.dumps of Python writes", () => {
    should(spaced({ GAME: "start" })).equal('{"GAME": "start"}');
    should(spaced({ a: [1, "x", true, null], b: {}, c: [] })).equal('{"a": [1, "x", true, null], "b": {}, "c": []}');
    should(spaced(undefined)).equal("null");
  });
});
