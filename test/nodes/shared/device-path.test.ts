import should from "should";
import { parseDevicePath } from "../../../nodes/shared/device-path.ts";

const PATHS = [
  ["/dev/ttyUSB0", { kind: "serial", path: "/dev/ttyUSB0" }],
  ["/dev/serial/by-id/usb-FTDI-if00", { kind: "serial", path: "/dev/serial/by-id/usb-FTDI-if00" }],
  ["COM3", { kind: "serial", path: "COM3" }],
  ["\\\\.\\COM12", { kind: "serial", path: "\\\\.\\COM12" }],
  ["tcp://bridge.local:4001", { kind: "tcp", host: "bridge.local", port: 4001 }],
  ["tcp://[::1]:4001", { kind: "tcp", host: "::1", port: 4001 }],
  ["sim:mesh", { kind: "sim", name: "mesh" }],
] as const;

const WRONG = [
  "ttyUSB0",
  "tcp://host",
  "tcp://:4001",
  "tcp://host:0",
  "tcp://host:70000",
  "tcp://host:1/path",
  "sim:",
  "sim:a b",
  "http://x:1",
];

describe("device path", () => {
  for (const [text, path] of PATHS) {
    it(`reads ${text}`, () => should(parseDevicePath(text)).deepEqual(path));
  }

  it("names the option and what was given", () => {
    for (const wrong of WRONG) {
      const message = `"device" must be a path such as /dev/ttyUSB0, tcp://host:port or sim:<name>, got ${wrong}`;
      (() => parseDevicePath(wrong)).should.throw(RangeError, { message });
    }
  });
});
