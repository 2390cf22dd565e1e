/** A gateway whose hub is away, on a clock of its own: how much it keeps, what it says, and what comes afterwards. */
import should from "should";
import { AckDevice, type DeviceEvent } from "../../../lib/ack/device.ts";
import { Backoff } from "../../../lib/backoff.ts";

const HOUR_MS = 3_600_000;
const CAPACITY = 1000;

const written = (events: readonly DeviceEvent<null>[]) =>
  events.flatMap((event) => (event.type === "write" ? [event.message] : []));

describe("a gateway of ack/0", () => {
  it("keeps the newest messages that its outbox holds while a hub is away for an hour, and says what gave way", () => {
    const gateway = new AckDevice<null>({ identity: {}, capacity: CAPACITY, window: CAPACITY, overflow: "oldest" });
    const dropped: DeviceEvent<null>[] = [];
    for (let now = 1000; now <= HOUR_MS; now += 1000) {
      const fields = { dev_id: 7, n: now / 1000 };
      dropped.push(...gateway.send({ fields, ref: null, deadline: Number.POSITIVE_INFINITY }, now));
      dropped.push(...gateway.sweep(now));
      should(gateway.held).be.belowOrEqual(CAPACITY);
    }
    should(dropped).have.length(HOUR_MS / 1000 - CAPACITY);
    should(dropped.every((event) => event.type === "dropped" && event.reason === "overflow")).be.true();
    const [{ id }] = written(gateway.open({ client_id: 5 })) as [{ id: number }];
    const numbers = written(gateway.receive({ ack: id }, HOUR_MS)).map(({ n }) => n);
    should(numbers).deepEqual(Array.from({ length: CAPACITY }, (_, index) => 2601 + index));
  });

  it("tries to reach a hub that is away for an hour again within the longest wait", () => {
    const backoff = new Backoff(0, { firstMs: 500, mostMs: 60_000, steadyMs: 10_000 });
    let attempts = 0;
    let longest = 0;
    for (let now = 0; now < HOUR_MS; attempts++) {
      const due = backoff.nextDeadline()!;
      longest = Math.max(longest, due - now);
      now = due;
      should(backoff.handleTimer(now)).not.be.empty();
      backoff.closed(now);
    }
    should(longest).be.belowOrEqual(60_000);
    should(attempts).be.above(HOUR_MS / 60_000);
  });
});
