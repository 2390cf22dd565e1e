import should from "should";
import { isSame, parsePeer, parsePeerFile, parsePool } from "../../../lib/handshake/address.ts";
import { plainAddress } from "../../../lib/ip.ts";

const PEERS: readonly [text: string, host: string, port: number][] = [
  ["10.0.0.7:55057", "10.0.0.7", 55057],
  ["10.0.0.7,55057", "10.0.0.7", 55057],
  [" 10.0.0.7 ,\t55057 \n", "10.0.0.7", 55057],
  ["gateway.example : 55057", "gateway.example", 55057],
  ["[fd00::7]:55057", "fd00::7", 55057],
  ["fd00::7,55057", "fd00::7", 55057],
];

const WRONG_PEERS: readonly [text: string, fault: RegExp][] = [
  ["10.0.0.7", /"peer" must be host:port or ip,port, got "10.0.0.7"/],
  ["10.0.0.7,55o57", /"peer": a port must be 1..65535, got "55o57"/],
  ["10.0.0.7:0", /"peer": a port must be 1..65535, got "0"/],
  ["10.0.0.7:65536", /"peer": a port must be 1..65535, got "65536"/],
  [":55057", /"peer" must be host:port/],
  ["a b:55057", /"peer" must be host:port/],
  ["fd00::7:55057", /"peer" must be host:port/],
];

describe("addresses of UDP peers", () => {
  for (const [text, host, port] of PEERS) {
    it(`reads ${JSON.stringify(text)}`, () => {
      should(parsePeer(text, "peer")).deepEqual({ host, port });
    });
  }

  for (const [text, fault] of WRONG_PEERS) {
    it(`names what is wrong with ${JSON.stringify(text)}`, () => {
      should(() => parsePeer(text, "peer")).throw(RangeError, { message: fault });
    });
  }

  for (const text of ["10.0.0.7,55057", "10.0.0.7,55057\n", "\uFEFF 10.0.0.7 ,\t55057\t\r\n\r\n"]) {
    it(`reads a file with ${JSON.stringify(text)}`, () => {
      should(parsePeerFile(text, "peerFile")).deepEqual({ host: "10.0.0.7", port: 55057 });
    });
  }

  it("wants one line in a file", () => {
    should(() => parsePeerFile("", "peerFile")).throw(/"peerFile" must have one line ip,port, got 0/);
    should(() => parsePeerFile("a,1\nb,2\n", "peerFile")).throw(/"peerFile" must have one line ip,port, got 2/);
    should(() => parsePeerFile("10.0.0.7,55x\n", "peerFile")).throw(/"peerFile": a port must be .*"55x"/);
  });

  it("reads a pool of ports and ranges", () => {
    should(parsePool("55058-55060", "pool")).deepEqual([55058, 55059, 55060]);
    should(parsePool(" 7, 9-10 ,8, 7", "pool")).deepEqual([7, 9, 10, 8]);
  });

  for (const [text, fault] of [
    ["", /"pool": a port must be 1..65535, got nothing/],
    ["55058-x", /"pool": a port must be 1..65535, got "x"/],
    ["9-7", /"pool" must rise, got "9-7"/],
    ["1-65535", /"pool" must have at most 1000 ports, got 65535/],
  ] as const) {
    it(`names what is wrong with the pool ${JSON.stringify(text)}`, () => {
      should(() => parsePool(text, "pool")).throw(RangeError, { message: fault });
    });
  }

  it("knows an IPv4 address in either form", () => {
    should(plainAddress("::ffff:127.0.0.2")).equal("127.0.0.2");
    should(plainAddress("::1")).equal("::1");
    should(isSame({ address: "::ffff:10.0.0.1", port: 7 }, { address: "10.0.0.1", port: 7 })).be.true();
    should(isSame({ address: "10.0.0.1", port: 7 }, { address: "10.0.0.1", port: 8 })).be.false();
  });
});
