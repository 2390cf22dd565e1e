/** Passwords: hashed, told apart, bounded. */
import { randomBytes } from "node:crypto";
import should from "should";
import { checkPassword, hashPassword, isPassword, NOBODY, SALT_BYTES } from "../../../lib/auth/password.ts";

describe("a password", function suite() {
  it("is known by its salted hash, whichever way its letters were typed", async () => {
    const hashed = await hashPassword("Grüße 123", randomBytes(SALT_BYTES));
    should(hashed)
      .match(/^scrypt\$15\$8\$1\$/)
      .and.not.containEql("123");
    should(await isPassword("Grüße 123", hashed)).be.true();
    should(await isPassword("Gru\u0308ße 123", hashed)).be.true();
    should(await isPassword("Grüße 124", hashed)).be.false();
    should(await hashPassword("Grüße 123", randomBytes(SALT_BYTES))).not.equal(hashed);
  });

  it("is nobody's, whatever it is", async () => {
    for (const text of ["", "x", "\0".repeat(32)]) should(await isPassword(text, NOBODY)).be.false();
  });

  it("is wrong where the hash is none, or the password endless", async () => {
    for (const hashed of ["", "scrypt$15$8", "scrypt$99999$8$1$AA==$AA==", "plain"]) {
      should(await isPassword("x", hashed)).be.false();
    }
    should(await isPassword("x".repeat(1e6), NOBODY)).be.false();
  });

  for (const password of ["short", "", "x".repeat(257), 12345678, null]) {
    it(`cannot be ${String(password).slice(0, 12)}`, () =>
      should(() => checkPassword(password)).throw(/"password" must have/));
  }
});
