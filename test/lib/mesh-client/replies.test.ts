/** Replies of a mesh gateway: values of both generations, refusals, and whatever else comes. */
import * as fc from "fast-check";
import should from "should";
import { MeshFault, readNodeStates, readReply, readValues } from "../../../lib/mesh-client/replies.ts";

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, "latin1"));
const plain = (reply: string, type: string | number, isSingle: boolean) =>
  readValues(readReply(bytes(reply)), type, isSingle).map(({ address, data }) => [
    address,
    Buffer.from(data).toString("latin1"),
  ]);
const faultOf = (act: () => unknown): [string, string] => {
  try {
    act();
  } catch (fault) {
    if (fault instanceof MeshFault) return [fault.code, fault.message];
  }
  throw new Error("no fault");
};

describe("replies of a mesh gateway", () => {
  const values: readonly [string, string, string | number, boolean, [number, string][]][] = [
    [
      "one byte for the address",
      "SGPS\x06\x01\x05\x01\x02\x03\x04\x05\x06",
      "GPS",
      true,
      [[5, "\x01\x02\x03\x04\x05\x06"]],
    ],
    ["two bytes for the address", "SGPS\x02\x01\x01\x05ab", "GPS", true, [[261, "ab"]]],
    [
      "several nodes",
      "SBAT\x01\x02\x05a\x06b",
      "BAT",
      false,
      [
        [5, "a"],
        [6, "b"],
      ],
    ],
    [
      "several nodes, wide",
      "SBAT\x01\x02\x00\x05a\x01\x06b",
      "BAT",
      false,
      [
        [5, "a"],
        [262, "b"],
      ],
    ],
    ["no node", "SBAT\x01\x00", "BAT", false, []],
    ["an empty value", "SXXX\x00\x01\x05", "XXX", true, [[5, ""]]],
    ["one node by id", "S\x01\x01\x00\x05abc", 1, true, [[5, "abc"]]],
    [
      "every node by id",
      "S\x01\x02\x02\x00\x05ab\x01\x06cd",
      1,
      false,
      [
        [5, "ab"],
        [262, "cd"],
      ],
    ],
  ];
  for (const [title, reply, type, isSingle, expected] of values) {
    it(`are read: ${title}`, () => should(plain(reply, type, isSingle)).deepEqual(expected));
  }

  const faults: readonly [string, string, string, RegExp][] = [
    ["a refusal with its length", "F\x0eNode Not Found", "refused", /^Node Not Found$/],
    ["a refusal without", "FNo Serial Connection", "refused", /^No Serial Connection$/],
    ["a refusal without a word", "F", "refused", /^$/],
    ["no listener", "[err]-listen_socket_disconnected", "no-listener", /disconnected/],
    ["nothing", "", "malformed", /without an answer/],
    ["another type", "SBAT\x01\x00", "malformed", /do not fit/],
    ["a length that lies", "SGPS\x06\x01\x05\x01\x02", "malformed", /do not fit/],
    ["a count that lies", "SGPS\x01\x03\x05a\x06b", "malformed", /do not fit/],
    ["a cut reply", "SGP", "malformed", /do not fit/],
    ["another protocol", "HTTP/1.1 400", "malformed", /HTTP/],
  ];
  for (const [title, reply, code, message] of faults) {
    it(`are faults: ${title}`, () => {
      const [given, said] = faultOf(() => plain(reply, "GPS", true));
      should(given).equal(code);
      should(said).match(message);
    });
  }

  it("tell the state of the nodes", () => {
    const text = '{"node_amount": 2, "node_addr_list": [5, 6], "node_status_list": [1, 0]}';
    should(readNodeStates(bytes(text))).deepEqual([
      { address: 5, connected: true },
      { address: 6, connected: false },
    ]);
    for (const wrong of ["", "{", "null", "[]", '{"node_addr_list":5}']) {
      should(faultOf(() => readNodeStates(bytes(wrong)))[0]).equal("malformed");
    }
  });

  it("never break the reader in another way, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ size: "max", maxLength: 600 }), fc.boolean(), (reply, isSingle) => {
        for (const type of ["GPS", 1]) {
          try {
            readValues(readReply(reply), type, isSingle);
          } catch (fault) {
            should(fault).be.instanceof(MeshFault);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });
});
