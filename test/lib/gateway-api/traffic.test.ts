/** Bytes as a person can read them in the traffic log. */
import should from "should";
import { commandLine, readingLine, requestLine, showBytes } from "../../../lib/gateway-api/traffic.ts";

describe("lines of traffic", () => {
  it("show printable characters as they are, and all other bytes as numbers", () => {
    should(showBytes(Buffer.from("[GET]\0\x05GPS\n\\\xff", "latin1"))).equal("[GET]\\x00\\x05GPS\\x0a\\x5c\\xff");
  });

  it("are of bounded length", () => {
    should(showBytes(Buffer.alloc(500, "a"))).equal(`${"a".repeat(128)}… (500 bytes)`);
  });

  it("say who speaks", () => {
    should(readingLine(5, "GPS", Buffer.of(1))).equal("uart in: Node-5 GPS \\x01");
    should(commandLine(0, Buffer.from("NINFO"))).equal("uart out: module NINFO");
    should(commandLine(5, Buffer.from("A"))).equal("uart out: Node-5 A");
    should(requestLine("127.0.0.1", Buffer.from("ACT-C"))).equal("client 127.0.0.1 asks ACT-C");
  });
});
