/** Tokens in headers. */
import should from "should";
import { readCredentials } from "../../../lib/auth/authorization.ts";

const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

describe("credentials in headers", () => {
  for (const [headers, found] of [
    [{}, null],
    [{ authorization: "Bearer abc" }, { token: "abc" }],
    [{ authorization: "bearer  abc" }, { token: "abc" }],
    [{ authorization: "Bearer " }, null],
    [{ authorization: "Bearer a b" }, null],
    [{ authorization: basic("benbot:a:b") }, { name: "benbot", token: "a:b" }],
    [{ authorization: basic("grüße:ü") }, { name: "grüße", token: "ü" }],
    [{ authorization: basic("nothing") }, null],
    [{ authorization: "Basic ***" }, null],
    [{ authorization: "Digest x" }, null],
    [{ "x-gatehouse-token": "abc", authorization: basic("a:b") }, { token: "abc" }],
    [{ "x-gatehouse-token": "" }, null],
  ] as const) {
    it(`are ${JSON.stringify(found)} of ${JSON.stringify(headers)}`, () => {
      should(readCredentials(headers)).deepEqual(found);
    });
  }
});
