/** What relays ask for, however it is cut. */
import should from "should";
import { type RelayRequest, RelayRequests } from "../../../lib/robots/relay-requests.ts";

const attach = (user: string): RelayRequest => ({ type: "attach", user });
const next: RelayRequest = { type: "next" };
const dropped = (reason: string, count = 1) => ({ type: "dropped", reason, count });

function read(...chunks: string[]): RelayRequest[] {
  const requests = new RelayRequests();
  return chunks.flatMap((chunk) => requests.receive(chunk));
}

describe("requests of a relay", () => {
  const cases: [what: string, chunks: string[], requests: unknown[]][] = [
    ["n without an end of line", ["n", "n"], [next, next]],
    ["n with one", ["n\n", "n\r\n"], [next, next]],
    ["an end of line that comes later", ["n", "\n", "n"], [next, next]],
    ["several in one chunk", ["set user benbot\nn\nn\n"], [attach("benbot"), next, next]],
    ["several n without an end of line in one chunk", ["nnn"], [next, next, next]],
    ["set user without an end of line, then n", ["set user benbot", "n", "n"], [attach("benbot"), next, next]],
    ["set user without an end of line, then n with one", ["set user benbot", "n\n"], [attach("benbot"), next]],
    ["its end of line in the chunk of the n", ["set user benbot", "\nn"], [attach("benbot"), next]],
    ["another user", ["set user benbot", "set user jason", "n"], [attach("benbot"), attach("jason"), next]],
    ["set user cut before the name", ["set u", "ser benbot\nn"], [attach("benbot"), next]],
    ["set user cut behind its blank", ["set user ", "benbot\n"], [attach("benbot")]],
    ["a name that is cut", ["set user ben", "bot\nn"], [attach("ben"), attach("benbot"), next]],
    ["a name that begins as a request", ["set user nnn", "n"], [attach("nnn"), next]],
    ["blanks around a name", ["set user  benbot \r\n"], [attach("benbot")]],
    ["empty lines", ["\n\r\n\n"], []],
    ["set user without a name", ["set user\n", "set user \n"], [dropped("unknown"), dropped("unknown")]],
    ["what is no request", ["hello", "N", "next\n"], [dropped("unknown"), dropped("unknown"), dropped("unknown")]],
    ["a text without an end", ["x".repeat(300), "n"], [dropped("too-long"), next]],
    ["a name without an end", [`set user ${"x".repeat(300)}`, "n"], [dropped("too-long"), next]],
  ];
  for (const [what, chunks, requests] of cases) {
    it(`are read: ${what}`, () => should(read(...chunks)).deepEqual(requests));
  }

  it("are the same however lines are cut", () => {
    const text = "set user benbot\nn\nset user ada\r\nn\n";
    const whole = read(text).filter(({ type }) => type === "next");
    for (let cut = 1; cut < text.length; cut++) {
      const requests = read(text.slice(0, cut), text.slice(cut));
      should(requests.filter(({ type }) => type === "next")).deepEqual(whole);
      should(requests.filter(({ type }) => type === "dropped")).be.empty();
      should(requests.findLast(({ type }) => type === "attach")).deepEqual(attach("ada"));
    }
  });

  const robots = ["benbot", "jason"];
  for (const [chunk, requests] of [
    ["set user benbotn", [attach("benbot"), next]],
    ["set user benbotnn", [attach("benbot"), next, next]],
    ["set user jason", [attach("jason")]],
    ["set user jasonn", [attach("jason"), next]],
    ["set user jaso", [attach("jaso")]],
    ["set user thirdn", [attach("thirdn")]],
    ["set user benbotn\n", [attach("benbotn")]],
  ] as const) {
    it(`are told apart by the robots that there are: ${JSON.stringify(chunk)}`, () => {
      should(new RelayRequests((name) => robots.includes(name)).receive(chunk)).deepEqual(requests);
    });
  }

  it("are no more of one chunk than are bearable", () => {
    const requests = read(`${"n".repeat(200)}\n${"n\n".repeat(100)}`);
    should(requests).have.length(257);
    should(requests.at(-1)).deepEqual(dropped("too-many", 44));
  });
});
