/** The server's clock and the server's words. */
import should from "should";
import { clockOffset } from "../../client/api.ts";
import { faultTitle, stateText } from "../../client/connection.ts";
import { faultOf, textOfFault } from "../../client/fault.ts";

describe("clockOffset", () => {
  const now = Date.parse("2026-03-04T12:00:00Z");

  it("takes the server's time where the browser's is another", () => {
    should(clockOffset("Wed, 04 Mar 2026 12:10:00 GMT", now)).equal(600_500);
    should(clockOffset("Wed, 04 Mar 2026 11:59:00 GMT", now)).equal(-59_500);
  });

  it("leaves a clock alone that is right, or has nothing to be set by", () => {
    should(clockOffset("Wed, 04 Mar 2026 12:00:01 GMT", now)).equal(0);
    for (const header of [null, "", "yesterday"]) should(clockOffset(header, now)).equal(0);
  });
});

describe("textOfFault", () => {
  const rows: [string, Response, string][] = [
    ["the message", Response.json({ error: "x", message: "m" }, { status: 403 }), "m"],
    ["the error where there is no message", Response.json({ error: "offline" }, { status: 404 }), "offline"],
    ["plain text", new Response(" no \n", { status: 502, headers: { "content-type": "text/plain" } }), "no"],
    ["the status for a page of markup", markup(), "the server answered 502 Bad Gateway"],
    ["the status for JSON without words", Response.json([1], { status: 500 }), "the server answered 500"],
    ["no more than a page can show", Response.json({ message: "x".repeat(9_999) }, { status: 400 }), "x".repeat(300)],
  ];
  for (const [title, response, text] of rows) {
    it(`is ${title}`, async () => should(await textOfFault(response)).equal(text));
  }

  function markup(): Response {
    const headers = { "content-type": "text/html" };
    return new Response("<h1>Bad</h1>", { status: 502, statusText: "Bad Gateway", headers });
  }
});

describe("faultOf", () => {
  it("has words for a fetch that failed, for a fault, and for anything else", () => {
    should(faultOf(new TypeError("Failed to fetch"))).equal("the server cannot be reached");
    should(faultOf(new Error("because"))).equal("because");
    should(faultOf(5)).equal("unknown fault");
  });
});

describe("stateText", () => {
  const since = new Date(2026, 2, 4, 12, 5, 9).getTime();
  const at = (name: "live" | "connecting" | "reconnecting" | "refused", later: number) =>
    stateText({ name, since, message: "" }, since + later);

  it("is patient with a short loss, and says since when a longer one lasts", () => {
    should(at("reconnecting", 2_999)).equal("Reconnecting");
    should(at("reconnecting", 3_000)).equal("Lost since 12:05:09");
    should([at("live", 0), at("connecting", 0), at("refused", 0)]).deepEqual(["Live", "Connecting", "No access"]);
  });

  it("titles a fault by whose it is", () => {
    should([0, 401, 403, 500].map((status) => faultTitle(status))).deepEqual([
      "The server does not answer",
      "You may not read this",
      "You may not read this",
      "The server answered with a fault",
    ]);
  });
});
