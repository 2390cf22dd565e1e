/** Requests of client programs: where each ends, and what it asks, byte for byte (PROTOCOLS 2.1, 2.2). */
import should from "should";
import { type Request, readRequest, requestEnd } from "../../../lib/gateway-api/requests.ts";

const NAMES = new Map([
  [1, "GPS"],
  [2, "BAT"],
]);

const bytes = (text: string) => Buffer.from(text, "latin1");

function read(text: string, generation: 1 | 2 = 1): unknown {
  return plain(readRequest(bytes(text), { generation, typeNames: NAMES }));
}

/** With bytes as text, so that a table can be read. */
function plain(request: Request): unknown {
  return "payload" in request ? { ...request, payload: request.payload.toString("latin1") } : request;
}

const get = (form: string, address: number | null, name: string | null, id?: number) => ({
  kind: "get",
  form,
  address,
  name,
  ...(id !== undefined && { id }),
});
const command = (payload: string, more: object = {}) => ({
  kind: "command",
  address: 0,
  type: "verbatim",
  payload,
  resets: false,
  ...more,
});
const fault = (reason: string) => ({ kind: "fault", reason });

/** Name, bytes, how many of them are known to be the request, what it asks. */
const REQUESTS: readonly [string, string, number | null, unknown][] = [
  ["a greeting", "[syn]\0", 6, { kind: "listen" }],
  ["a greeting whose zero was left out", "[syn]", null, { kind: "listen" }],
  ["a value by name", "[GET]\x00\x05GPS", 10, get("name", 5, "GPS")],
  ["a value by name, of a wide address", "[GET]\x01\x05GPS", 10, get("name", 0x105, "GPS")],
  ["the values of all nodes by name", "[GET]\x00\xffGPS", 10, get("name", null, "GPS")],
  ["the values of all nodes by name, as in the later generation", "[GET]\x00\x00GPS", 10, get("name", null, "GPS")],
  ["a value by id", "[GET]\x00\x05\x01", 8, get("id", 5, "GPS", 1)],
  ["a value by an id that nobody defined", "[GET]\x00\x05\x09", 8, get("id", 5, null, 9)],
  ["a value by an id that could begin a name", "[GET]\x00\x05A", null, get("id", 5, null, 0x41)],
  ["the values of all nodes by id", "[GET]\x00\x00\x01", 8, get("id", null, "GPS", 1)],
  ["a value of node 255 by id", "[GET]\x00\xff\x01", 8, get("id", 255, "GPS", 1)],
  ["a value in text", "[GET]|GPS|5", null, get("text", 5, "GPS")],
  ["a value in text, in hexadecimal, with a line's end", "[GET]|GPS|0x1F\r\n", null, get("text", 31, "GPS")],
  ["the values of all nodes in text", "[GET]|GPS|255", null, get("text", null, "GPS")],
  ["a value by name of a node whose address begins with a bar", "[GET]|\x05GPS", 10, get("name", 0x7c05, "GPS")],
  ["a value by id of a node whose address begins with a bar", "[GET]|\x05\x01", null, get("id", 0x7c05, "GPS", 1)],
  ["an answer to a node's request", "[REQ]\x00\x05A", null, command("A", { address: 5, type: "reply" })],
  ["an answer with zeros in it", "[REQ]\x00\x05\0A\0", null, command("\0A\0", { address: 5, type: "reply" })],
  ["an empty answer", "[REQ]\x00\x05", null, command("", { address: 5, type: "reply" })],
  ["a command that its client ended", "[CMD]NINFO\n", null, command("NINFO\n")],
  ["a command without its line feed", "[CMD]NINFO", null, command("NINFO\n")],
  ["a message", "[CMD]SEND-\x00\x05\x05hello\n", null, command("SEND-\x00\x05\x05hello\n")],
  ["a message without its line feed", "[CMD]SEND-\x00\x05\x05hello", null, command("SEND-\x00\x05\x05hello\n")],
  ["a message that ends in a line feed", "[CMD]SEND-\x00\x05\x02a\n", null, command("SEND-\x00\x05\x02a\n\n")],
  ["a message with a command inside", "[CMD]SEND-\x00\x05\x07\nNINFO\n", null, command("SEND-\x00\x05\x07\nNINFO\n\n")],
  ["a count", "ACT-C", 5, { kind: "count" }],
  ["the nodes", "NSTAT", 5, { kind: "nodes" }],
  ["a log line", "W-LOG21° now\0", null, { kind: "log", text: "21\ufffd now" }],
  ["the robots", 'W-RBT[{"name":"r1"}]', null, { kind: "robots", report: { all: [{ name: "r1" }] } }],
  ["a reset", "RST-R", 5, command("RST-R", { resets: true })],
  ["a message of the later generation", "SEND-\x00\x05A", null, command("SEND-\x00\x05A")],
  ["an acknowledged message", "SENDI\x00\x05A", null, command("SENDI\x00\x05A")],
  ["a broadcast", "BCAST\x00\x00A", null, command("BCAST\x00\x00A")],
  ["a clean", "CLEAN", null, command("CLEAN")],
  ["a question for the network", "NINFO\n", null, command("NINFO\n")],
  ["five characters that only the module knows", "XY-Z7\x00\xff", null, command("XY-Z7\x00\xff")],

  ["an unknown word in brackets", "[FOO]abc", null, fault("unknown")],
  ["a greeting with something behind it", "[syn]X", null, fault("unknown")],
  ["a word too short", "ACT", null, fault("unknown")],
  ["zeros", "\0\0\0\0\0\0", null, fault("unknown")],
  ["a browser at the wrong port", "GET / HTTP/1.1\r\n\r\n", null, fault("unknown")],
  ["a command without a word", "[CMD]", null, fault("unknown")],
  ["a command of zeros", "[CMD]\0\0\0\0\0", null, fault("unknown")],
  ["no address", "[GET]", null, fault("truncated-address")],
  ["half an address", "[GET]\x00", null, fault("truncated-address")],
  ["no data type", "[GET]\x00\x05", null, fault("truncated-type")],
  ["two characters of a data type", "[GET]\x00\x05GP", null, fault("truncated-type")],
  ["a text without an address", "[GET]|GPS|", null, fault("malformed")],
  ["a text with a wrong address", "[GET]|GPS|five", null, fault("malformed")],
  ["a text with an address too large", "[GET]|GPS|70000", null, fault("wrong-address")],
  ["an answer to half an address", "[REQ]\x00", null, fault("truncated-address")],
  ["a message to half an address", "SEND-\x00", null, fault("truncated-address")],
  ["a length that is more than follows", "[CMD]SEND-\x00\x05\x09abc", null, fault("wrong-length")],
  ["a length that is less than follows", "[CMD]SEND-\x00\x05\x01abc", null, fault("wrong-length")],
  ["a message without a length", "[CMD]SEND-\x00\x05", null, fault("wrong-length")],
  ["robots that are no JSON", "W-RBT{", null, fault("malformed")],
  ["robots that reach for a prototype", 'W-RBT{"__proto__":{}}', null, fault("malformed")],
];

describe("requests", () => {
  for (const [name, text, end, asked] of REQUESTS) {
    it(`understands ${name}`, () => {
      should(read(text)).deepEqual(asked);
      should(requestEnd(bytes(text))).equal(end);
    });
  }

  it("sends a command as the later generation takes it, without a length or a line feed", () => {
    should(read("[CMD]NINFO", 2)).deepEqual(command("NINFO"));
    should(read("[CMD]SEND-\x00\x05hello", 2)).deepEqual(command("SEND-\x00\x05hello"));
  });

  it("knows the end of a request whatever follows it, and of none that is still cut short", () => {
    for (const [, text, end] of REQUESTS) {
      if (end === null) continue;
      should(requestEnd(bytes(`${text}\xff\0[GET]`))).equal(end);
      for (let cut = 0; cut < end; cut++) should(requestEnd(bytes(text.slice(0, cut)))).be.null();
    }
  });
});
