/** The file of an existing robot server. */
import should from "should";
import { readTokenFile, scopesOfImported } from "../../../lib/auth/token-file.ts";

describe("a file of tokens", () => {
  it("gives the user of each token", () => {
    should(readTokenFile('{"abc":"benbot","def":"jason"}')).deepEqual([
      { token: "abc", user: "benbot" },
      { token: "def", user: "jason" },
    ]);
    should(readTokenFile("{}")).be.empty();
  });

  for (const [text, fault] of [
    ["", /JSON object \{token: user\} \(malformed\)/],
    ["[]", /not-object/],
    ['{"":"benbot"}', /entry 1: a token must have 1\.\.256/],
    [JSON.stringify({ ["secret".repeat(100)]: "benbot" }), /entry 1: a token must have 1\.\.256/],
    ['{"secret":"a b"}', /entry 1: a user must be/],
    ['{"secret":{"__proto__":1}}', /forbidden-name/],
    ['{"secret":7}', /entry 1: a user must be/],
    ['{"secret":"benbot"', /malformed/],
  ] as const) {
    it(`is refused without quoting a token: ${text.slice(0, 30)}`, () => {
      should(() => readTokenFile(text)).throw(fault);
      should(() => readTokenFile(text)).throw(/^(?!.*secret)/);
    });
  }

  it("lets a user publish and read in any network, and command nothing", () => {
    should(scopesOfImported("benbot")).deepEqual(["publish:+/benbot/#", "read:+/benbot/#"]);
  });
});
