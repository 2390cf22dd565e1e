import fc from "fast-check";
import should from "should";
import {
  decodeHeader,
  encodeConfirm,
  encodeHeader,
  encodeHiya,
  HEADER_NAMES,
  type HeaderName,
} from "../../../lib/handshake/header.ts";

/** What each datagram is; the written form first (PROTOCOLS 3). */
const READ: readonly [datagram: string, name: HeaderName, port: number | null][] = [
  ["HELLO   ", "HELLO", null],
  ["HELLO", "HELLO", null],
  ["HELLO\n", "HELLO", null],
  ["HELLO\0\0\0", "HELLO", null],
  ["HIYA,55058", "HIYA", 55058],
  ["HIYA    ,55058", "HIYA", 55058],
  ["HIYA,55058\0", "HIYA", 55058],
  ["CONFIRM ,55058", "CONFIRM", 55058],
  ["CONFIRM,55058", "CONFIRM", 55058],
  ["CONFIRM , 55058 \r\n", "CONFIRM", 55058],
  [" CONFIRM,55058", "CONFIRM", 55058],
  ["CONFIRM ", "CONFIRM", null],
  ["CONFIRM ,0", "CONFIRM", null],
  ["CONFIRM ,65536", "CONFIRM", null],
  ["CONFIRM ,55x58", "CONFIRM", null],
  ["RUNNING ", "RUNNING", null],
  ["RUNNING", "RUNNING", null],
  ["SYNCH_1 ", "SYNCH_1", null],
  ["SYNCH_2 ", "SYNCH_2", null],
  ["SYNCH_3 ", "SYNCH_3", null],
];

const NONE = ["", " ", ",", "hello", "HELLOWORLD", "HELL", '"WINDSTAT",2,33,44', "SYNCH_4 ", `HELLO${" ".repeat(60)}`];

const bytes = (text: string) => Buffer.from(text, "latin1");

describe("handshake headers", () => {
  for (const [datagram, name, port] of READ) {
    it(`reads ${JSON.stringify(datagram)} as ${name}${port === null ? "" : ` with port ${port}`}`, () => {
      should(decodeHeader(bytes(datagram))).deepEqual({ name, port });
    });
  }

  for (const datagram of NONE) {
    it(`reads ${JSON.stringify(datagram)} as none`, () => {
      should(decodeHeader(bytes(datagram))).be.null();
    });
  }

  it("writes the padded form", () => {
    should(encodeHeader("HELLO").toString("latin1")).equal("HELLO   ");
    should(encodeHeader("RUNNING").toString("latin1")).equal("RUNNING ");
    should(encodeHeader("SYNCH_3").toString("latin1")).equal("SYNCH_3 ");
    should(encodeHiya(55058).toString("latin1")).equal("HIYA,55058");
    should(encodeConfirm(55058).toString("latin1")).equal("CONFIRM ,55058");
  });

  it("reads what it writes", () => {
    for (const name of HEADER_NAMES) should(decodeHeader(encodeHeader(name))).deepEqual({ name, port: null });
    for (const port of [1, 55058, 65535]) {
      should(decodeHeader(encodeHiya(port))).deepEqual({ name: "HIYA", port });
      should(decodeHeader(encodeConfirm(port))).deepEqual({ name: "CONFIRM", port });
    }
  });

  it("takes any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ size: "max", maxLength: 100 }), (datagram) => {
        const header = decodeHeader(datagram);
        if (header) should(HEADER_NAMES).containEql(header.name);
      }),
    );
  });
});
