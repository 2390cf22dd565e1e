/** Tokens that are lent within the process. */
import should from "should";
import { isLentTo, lendToken, lentHolder, lentHolderOf } from "../../../nodes/shared/lent-tokens.ts";

describe("a lent token", () => {
  it("says whose it is until it ends", () => {
    const lent = lendToken("sim-ada", ["publish:robot/sim-ada/#"]);
    const holder = lentHolder(lent.text)!;
    should(holder).containEql({ account: "sim-ada", scopes: ["publish:robot/sim-ada/#"], expires: null });
    should(lentHolderOf(holder.token)).equal(holder);
    should(["sim-ada", "sim-bob"].map(isLentTo)).deepEqual([true, false]);
    should(JSON.stringify(holder)).not.containEql(lent.text);
    lent.end();
    lent.end();
    should([lentHolder(lent.text), lentHolderOf(holder.token)]).deepEqual([null, null]);
    should(isLentTo("sim-ada")).be.false();
  });

  it("is no other text, nor nothing", () => {
    const lent = lendToken("sim-ada", []);
    const other = lent.text.slice(0, -1) + (lent.text.endsWith("0") ? "1" : "0");
    should([other, "tok-ben", "", undefined].map(lentHolder)).deepEqual([null, null, null, null]);
    lent.end();
  });
});
