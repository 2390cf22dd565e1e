/** What a browser may ask of the event stream. */
import should from "should";
import { MAX_FILTERS, readStreamRequest, type StreamRequest } from "../../../lib/sse/request.ts";

function read(query: string, lastEventId?: string): StreamRequest {
  return readStreamRequest(new URLSearchParams(query), lastEventId);
}

describe("stream request", () => {
  const right: readonly [string, string, string | undefined, Partial<StreamRequest>][] = [
    ["one filter", "topic=mesh/5/GPS", undefined, { filters: ["mesh/5/GPS"], latest: false, after: null }],
    ["several, once each", "topic=a&topic=b&topic=a", undefined, { filters: ["a", "b"], latest: false, after: null }],
    [
      "what is told and no reading",
      "topic=$live/mesh/%23",
      undefined,
      { filters: ["$live/mesh/#"], latest: false, after: null },
    ],
    ["an encoded plus", "topic=mesh/%2B/GPS", undefined, { filters: ["mesh/+/GPS"], latest: false, after: null }],
    ["a plain plus", "topic=mesh/+/GPS", undefined, { filters: ["mesh/+/GPS"], latest: false, after: null }],
    ["only pluses", "topic=+/+/+", undefined, { filters: ["+/+/+"], latest: false, after: null }],
    ["current values", "topic=%23&latest=1", undefined, { filters: ["#"], latest: true, after: null }],
    ["a place", "topic=%23&after=e-5", undefined, { filters: ["#"], latest: false, after: "e-5" }],
    ["a resume before current values", "topic=%23&latest=1", "e-6", { filters: ["#"], latest: false, after: "e-6" }],
    ["the newer of two places", "topic=%23&after=e-5", "e-6", { filters: ["#"], latest: false, after: "e-6" }],
    [
      "a browser's name",
      "topic=%23&browser=b-1",
      undefined,
      { filters: ["#"], latest: false, after: null, browser: "b-1" },
    ],
    ["an empty last id", "topic=%23&latest=1", "", { filters: ["#"], latest: true, after: null }],
  ];
  for (const [title, query, lastEventId, wanted] of right) {
    it(`reads ${title}`, () => read(query, lastEventId).should.deepEqual({ browser: null, ...wanted }));
  }

  const wrong: readonly [string, string, RegExp][] = [
    ["no topic", "latest=1", /"topic" is missing/],
    ["an empty topic", "topic=", /must have 1/],
    ["a wildcard inside a level", "topic=mesh/x%2B/GPS", /stand alone/],
    ["a # that is not last", "topic=mesh/%23/GPS", /last level/],
    ["an endless topic", `topic=${"x".repeat(300)}`, /1\.\.256/],
    ["an outbox", "topic=$out/robot", /begin with \$/],
    ["a place that is none", "topic=a&after=yesterday", /"after"/],
    ["a name that is none", "topic=a&browser=a%20b", /"browser" must be/],
    ["too many topics", Array.from({ length: MAX_FILTERS + 1 }, (_, n) => `topic=t${n}`).join("&"), /64 topic filters/],
  ];
  for (const [title, query, message] of wrong) {
    it(`refuses ${title}`, () => should(() => read(query)).throw(RangeError, { message }));
  }
});
