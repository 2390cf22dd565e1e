/** The form of tokens. */
import { randomBytes } from "node:crypto";
import fc from "fast-check";
import should from "should";
import { digestOf, mintToken, newTokenId, TOKEN_BYTES, tokenIdOf } from "../../../lib/auth/token.ts";

const LARGEST = new Uint8Array(TOKEN_BYTES).fill(255);

describe("a token", () => {
  it("bears its prefix, its id and 256 random bits, and is known by its digest", () => {
    const { id, text, digest } = mintToken(randomBytes(TOKEN_BYTES));
    should(text).match(/^gatehouse_[0-9A-Za-z]{11}_[0-9A-Za-z]{43}$/);
    should(tokenIdOf(text)).equal(id);
    should(text.split("_")[1]).equal(id);
    should(digestOf(text))
      .equal(digest)
      .and.match(/^[A-Za-z0-9+/]{43}=$/);
  });

  it("holds the largest and the smallest bytes in the same length", () => {
    should(mintToken(LARGEST).text).have.length(mintToken(new Uint8Array(TOKEN_BYTES)).text.length);
    should(tokenIdOf(mintToken(LARGEST).text)).equal(newTokenId(LARGEST));
  });

  it("differs where one random bit does", () => {
    const random = fc.uint8Array({ minLength: TOKEN_BYTES, maxLength: TOKEN_BYTES });
    fc.assert(
      fc.property(random, fc.nat(TOKEN_BYTES * 8 - 1), (bytes, bit) => {
        const other = Uint8Array.from(bytes);
        other[bit >> 3]! ^= 1 << (bit & 7);
        should(mintToken(bytes).text).not.equal(mintToken(other).text);
      }),
    );
  });

  it("is made of so many bytes and no others", () => {
    should(() => mintToken(new Uint8Array(16))).throw(RangeError);
  });

  it("is none of ours in any other form", () => {
    const { text } = mintToken(LARGEST);
    for (const other of [
      "",
      "abc",
      text.slice(1),
      text.slice(0, -1),
      `${text}x`,
      text.replace("_", "-"),
      `${text}\n`,
    ]) {
      should(tokenIdOf(other)).be.null();
    }
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (other) => void should(tokenIdOf(other)).be.null()));
  });
});
