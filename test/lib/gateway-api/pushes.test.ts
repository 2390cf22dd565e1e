/** What those that listen are sent of the messages of nodes (PROTOCOLS 2.1, 1.2, 1.3). */
import should from "should";
import { pushOf } from "../../../lib/gateway-api/pushes.ts";

const push = (type: string, pushes: "requests" | "messages", address = 5) =>
  pushOf(address, type, Buffer.from("Robot"), pushes)?.toString("latin1") ?? null;

describe("pushOf", () => {
  it("sends a request with its address in little endian", () => {
    should(push("request", "requests")).equal("[REQ]\x05\x00Robot");
    should(push("request", "messages", 0x0102)).equal("[REQ]\x02\x01Robot");
  });

  it("sends other messages where the option says so, as they stand on the serial line", () => {
    should(push("message", "messages")).equal("\x00\x05[M]\x05Robot");
    should(push("echo", "messages", 0x0102)).equal("\x01\x02ERobot");
    should(push("ack", "messages")).equal("\x00\x05ARobot");
    should(push("echo", "requests")).be.null();
  });

  it("sends no data: clients ask for it", () => {
    should(push("GPS", "messages")).be.null();
    should(push("data", "messages")).be.null();
  });
});
