/** Linux's table of connections: rows as the kernel writes them. */
import should from "should";
import { connectionKey, parseUnanswered } from "../../../lib/sessions/tcp-table.ts";

const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

const row = (ends: string, state: string, timer: string, retransmits: string) =>
  `   7: ${ends} ${state} 00000010:00000000 ${timer}:00000B4C ${retransmits}     0        0 4711 4 0000000000000000 20 4 30 10 -1`;

const V4 = "0107E70A:1389 0207E70A:C350";
const V6 = "00000000000000000000000001000000:1389 0000000000000000FFFF00000207E70A:C350";
const LOCAL_V6 = "00000000000000000000000001000000:1389 00000000000000000000000001000000:C350";

const unanswered = (...rows: string[]) => [...parseUnanswered([HEAD, ...rows, ""].join("\n"))];

describe("the table of TCP connections", () => {
  it("tells the connections that send without an answer", () => {
    const found = unanswered(row(V4, "01", "01", "00000004"), row(LOCAL_V6, "01", "01", "00000002"));
    should(found).deepEqual([connectionKey(5001, "10.231.7.2", 50_000), connectionKey(5001, "::1", 50_000)]);
  });

  it("names an IPv4 peer of a socket of both families by its IPv4 address", () => {
    should(unanswered(row(V6, "01", "01", "00000004"))).deepEqual([connectionKey(5001, "10.231.7.2", 50_000)]);
  });

  for (const [what, state, timer, retransmits] of [
    ["a first retransmission, which a busy network has too", "01", "01", "00000001"],
    ["a peer that does not read, which answers", "01", "04", "00000009"],
    ["an idle connection", "01", "02", "00000000"],
    ["one that is closing", "04", "01", "00000009"],
  ] as const) {
    it(`does not tell ${what}`, () => {
      should(unanswered(row(V4, state, timer, retransmits))).deepEqual([]);
    });
  }
});
