/** What clients are answered, byte for byte (PROTOCOLS 2.1, 2.2). */
import should from "should";
import type { GetRequest } from "../../../lib/gateway-api/get-requests.ts";
import {
  type AddressBytes,
  countReply,
  failure,
  failureText,
  getReply,
  type NodeValue,
  nodesReply,
  type Reply,
} from "../../../lib/gateway-api/replies.ts";

const text = ({ bytes }: Reply) => bytes.toString("latin1");

function value(address: number, bytes: string, time = 0): NodeValue {
  return { address, time, bytes: Buffer.from(bytes, "latin1") };
}

const one = value(5, "\x01\x02\x03\x04\x05\x06");
const two = [one, value(0x107, "\x0a\x0b\x0c\x0d\x0e\x0f")];

const byName: GetRequest = { kind: "get", form: "name", address: 5, name: "GPS" };
const byId: GetRequest = { kind: "get", form: "id", address: 5, name: "GPS", id: 1 };
const inText: GetRequest = { kind: "get", form: "text", address: 5, name: "GPS" };
const all = (request: GetRequest): GetRequest => ({ ...request, address: null });

const REPLIES: readonly [string, GetRequest, readonly NodeValue[], AddressBytes, string][] = [
  ["one value by name", byName, [one], 1, "SGPS\x06\x01\x05\x01\x02\x03\x04\x05\x06"],
  ["one value by name, later generation", byName, [one], 2, "SGPS\x06\x01\x00\x05\x01\x02\x03\x04\x05\x06"],
  [
    "all values by name, later generation",
    all(byName),
    two,
    2,
    "SGPS\x06\x02\x00\x05\x01\x02\x03\x04\x05\x06\x01\x07\x0a\x0b\x0c\x0d\x0e\x0f",
  ],
  ["one value by id", byId, [one], 1, "S\x01\x01\x00\x05\x01\x02\x03\x04\x05\x06"],
  [
    "all values by id",
    all(byId),
    two,
    2,
    "S\x01\x06\x02\x00\x05\x01\x02\x03\x04\x05\x06\x01\x07\x0a\x0b\x0c\x0d\x0e\x0f",
  ],
  ["one value in text", inText, [one], 1, "S|GPS|6|1|5|010203040506"],
  ["all values in text", all(inText), two, 1, "S|GPS|6|2|5|010203040506|263|0a0b0c0d0e0f"],
  ["an empty value", byName, [value(5, "")], 1, "SGPS\x00\x01\x05"],
];

describe("replies", () => {
  for (const [name, request, values, width, wire] of REPLIES) {
    it(`tell ${name}`, () => should(text(getReply(request, values, true, width))).equal(wire));
  }

  it("tell that there is no such node, or no such data type", () => {
    should(text(getReply(byName, [], false, 1))).equal("F\x0eNode Not Found");
    should(text(getReply(byName, [], true, 1))).equal("F\x13Data Type Not Found");
    should(text(getReply(all(byName), [], false, 1))).equal("F\x13Data Type Not Found");
    should(text(getReply(byId, [], false, 2))).equal("F\x0eNode Not Found");
  });

  it("count the text of a failure in requests with brackets only", () => {
    should(text(failure("no-serial", true))).equal("F\x14No Serial Connection");
    should(text(failure("no-serial", false))).equal("FNo Serial Connection");
    should(text(failureText("x".repeat(300), true))).equal(`F\xff${"x".repeat(255)}`);
  });

  it("leave out nodes whose address has no room, and say how many", () => {
    const reply = getReply(all(byName), two, true, 1);
    should(text(reply)).equal("SGPS\x06\x01\x05\x01\x02\x03\x04\x05\x06");
    should(reply.leftOut).equal(1);
    should(text(getReply({ ...byName, address: 0x107 }, [two[1]!], true, 1))).equal("F\x17Address Needs Two Bytes");
  });

  it("leave out values of another length than the newest one's", () => {
    const reply = getReply(all(byName), [value(1, "abc", 1), value(2, "ab", 2), value(3, "de", 1)], true, 1);
    should(text(reply)).equal("SGPS\x02\x02\x02ab\x03de");
    should(reply.leftOut).equal(1);
  });

  it("have room for 255 nodes", () => {
    const values = Array.from({ length: 300 }, (_, index) => value(index + 1, "a"));
    const reply = getReply(all(byId), values, true, 2);
    should(reply.bytes.subarray(0, 4)).deepEqual(Buffer.of(0x53, 1, 1, 255));
    should(reply.bytes).have.length(4 + 255 * 3);
    should(reply.leftOut).equal(45);
  });

  it("count connected nodes, and list all of them as clients in the field read it", () => {
    const nodes = [
      { address: 5, isConnected: true },
      { address: 9, isConnected: false },
    ];
    should(text(countReply(nodes))).equal("S\x01");
    should(text(nodesReply([nodes[0]!]))).equal('S{"node_amount": 1, "node_addr_list": [5], "node_status_list": [1]}');
    should(text(nodesReply(nodes))).equal('S{"node_amount": 2, "node_addr_list": [5, 9], "node_status_list": [1, 0]}');
    should(text(nodesReply([]))).equal('S{"node_amount": 0, "node_addr_list": [], "node_status_list": []}');
    const many = Array.from({ length: 300 }, (_, address) => ({ address, isConnected: true }));
    should(countReply(many)).have.properties({ bytes: Buffer.of(0x53, 255), leftOut: 45 });
  });
});
