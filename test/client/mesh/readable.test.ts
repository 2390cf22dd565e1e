/** Lines of a gateway's traffic as a person reads them. */
import should from "should";
import { readable } from "../../../client/mesh/readable.ts";
import { commandLine, replyLine, requestLine } from "../../../lib/gateway-api/traffic.ts";

describe("a line of traffic", () => {
  for (const [line, expected] of [
    [requestLine("::1", Buffer.from("ACT-C")), "client ::1 asks ACT-C"],
    [requestLine("::1", Buffer.from("[GET]\0\x05GPS")), "client ::1 asks [GET]‹00 05›GPS"],
    [
      replyLine("::1", Buffer.from("SGPS\x06\x01\x05\x01\x02\x03\x04\x05\x06", "latin1")),
      "client ::1 gets SGPS‹06 01 05 01 02 03 04 05 06 (9 bytes)›",
    ],
    [commandLine(5, Buffer.from("go to C:\\ in 21.5 °C, 台北")), "uart out: Node-5 go to C:\\ in 21.5 °C, 台北"],
    [commandLine(5, Buffer.of(0xe5, 0x8f, 0x0a)), "uart out: Node-5 ‹e5 8f 0a›"],
    [commandLine(5, Buffer.alloc(500, 1)), `uart out: Node-5 ‹${"01 ".repeat(16)}… (128 bytes)›… (500 bytes)`],
  ] as const) {
    it(`is ${expected}`, () => should(readable(line)).equal(expected));
  }
});
