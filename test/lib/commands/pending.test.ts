/** Commands that wait for their outcomes: who is told, and what comes due. */
import should from "should";
import { MAX_PENDING, type Pending, PendingCommands } from "../../../lib/commands/pending.ts";

const sent = { device: "mesh/5", type: "message", known: null, cursor: null, deadline: null };
const pending = (id: string): Pending => ({ ...sent, id, session: id });

describe("PendingCommands", () => {
  it("gives each command to the first who asks for it", () => {
    const commands = new PendingCommands();
    commands.add(pending("a"), 10);
    should(commands.get("a")).containEql({ session: "a" });
    should(commands.take("a")).containEql({ session: "a" });
    should(commands.take("a")).be.undefined();
    should(commands.size).equal(0);
    should(commands.nextDeadline()).be.null();
  });

  it("names what is due when its time has come, and not before", () => {
    const commands = new PendingCommands();
    commands.add(pending("a"), 30);
    commands.add(pending("b"), 10);
    should(commands.nextDeadline()).equal(10);
    should(commands.handleTimer(9)).be.empty();
    should(commands.handleTimer(10).map(({ id }) => id)).deepEqual(["b"]);
    should(commands.nextDeadline()).equal(30);
  });

  it("keeps what is due until it is taken, and does not wake for it again", () => {
    const commands = new PendingCommands();
    commands.add(pending("a"), 10);
    should(commands.handleTimer(10)).have.length(1);
    should(commands.nextDeadline()).be.null();
    should(commands.take("a")).be.ok();
  });

  it("says when it holds as many as it may", () => {
    const commands = new PendingCommands();
    for (let index = 0; index < MAX_PENDING; index++) commands.add(pending(`c${index}`), index);
    should(commands.isFull).be.true();
    commands.take("c0");
    should(commands.isFull).be.false();
  });
});
