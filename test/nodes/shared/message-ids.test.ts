import should from "should";
import { messageIds } from "../../../nodes/shared/message-ids.ts";

describe("message ids", () => {
  it("differ from each other, and from those of another series", () => {
    let asked = 0;
    const series = () => messageIds(() => `s${++asked}-`);
    const [one, other] = [series(), series()];
    const ids = Array.from({ length: 1000 }, () => [one(), other()]).flat();
    should(new Set(ids).size).equal(2000);
    should(asked).equal(2);
  });
});
