/** Who counts as this machine itself. */
import should from "should";
import { type Refusal, type RequestFacts, refuseOthers } from "../../../lib/auth/this-machine.ts";

type Headers = RequestFacts["headers"];

interface Case {
  readonly title: string;
  readonly address?: string | undefined;
  readonly method?: string;
  readonly headers?: Headers;
  readonly refused: Refusal["error"] | null;
}

const HOST = { host: "localhost:1880" };

function fetched(site: string, mode: string, dest: string): Headers {
  return { ...HOST, "sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": dest };
}

const CASES: readonly Case[] = [
  { title: "a request of this machine", refused: null },
  { title: "IPv6", address: "::1", headers: { host: "[::1]:1880" }, refused: null },
  { title: "IPv4 in IPv6", address: "::ffff:127.0.0.1", headers: { host: "127.0.0.1" }, refused: null },
  { title: "another loopback address", address: "127.8.9.1", headers: { host: "127.8.9.1:80" }, refused: null },
  { title: "capital letters", headers: { host: "LocalHost:1880" }, refused: null },
  { title: "a neighbour", address: "192.168.1.7", refused: "not-this-machine" },
  { title: "an address that begins alike", address: "127.0.0.1.evil", refused: "not-this-machine" },
  { title: "a mapped neighbour", address: "::ffff:10.0.0.1", refused: "not-this-machine" },
  { title: "a socket that has closed", address: undefined, refused: "not-this-machine" },
  { title: "a proxy", headers: { ...HOST, "x-forwarded-for": "127.0.0.1" }, refused: "forwarded" },
  { title: "a proxy with an empty header", headers: { ...HOST, forwarded: "" }, refused: "forwarded" },
  { title: "a proxy that names itself", headers: { ...HOST, via: "1.1 cache" }, refused: "forwarded" },
  ...[
    "x-forwarded",
    "x-forwarded-port",
    "x-forwarded-by",
    "x-original-host",
    "x-original-forwarded-for",
    "x-cluster-client-ip",
    "x-real-ip",
    "x-envoy-external-address",
    "cf-connecting-ip",
    "cdn-loop",
  ].map((name): Case => ({ title: `a proxy's ${name}`, headers: { ...HOST, [name]: "x" }, refused: "forwarded" })),
  { title: "a header that no proxy sets", headers: { ...HOST, "x-requested-with": "x", forward: "x" }, refused: null },
  { title: "another host name (rebinding)", headers: { host: "evil.example:1880" }, refused: "wrong-host" },
  { title: "a name that contains localhost", headers: { host: "localhost.evil.example" }, refused: "wrong-host" },
  { title: "a user before the host", headers: { host: "evil@localhost" }, refused: "wrong-host" },
  { title: "no host", headers: {}, refused: "wrong-host" },
  { title: "the unspecified address", headers: { host: "0.0.0.0:1880" }, refused: "wrong-host" },
  { title: "the same origin", headers: { ...HOST, origin: "http://localhost:1880" }, refused: null },
  { title: "the same origin by TLS", headers: { ...HOST, origin: "https://localhost:1880" }, refused: null },
  { title: "another port", headers: { ...HOST, origin: "http://localhost:8080" }, refused: "foreign-origin" },
  { title: "a page from a file", headers: { ...HOST, origin: "null" }, refused: "foreign-origin" },
  { title: "another site", headers: { ...HOST, origin: "https://evil.example" }, refused: "foreign-origin" },
  { title: "an address typed in", headers: fetched("none", "navigate", "document"), refused: null },
  { title: "our own page", headers: fetched("same-origin", "cors", "empty"), refused: null },
  { title: "a link on another site", headers: fetched("cross-site", "navigate", "document"), refused: null },
  { title: "a link on another port", headers: fetched("same-site", "navigate", "document"), refused: null },
  { title: "a script of another site", headers: fetched("cross-site", "no-cors", "script"), refused: "foreign-origin" },
  { title: "an image on another port", headers: fetched("same-site", "no-cors", "image"), refused: "foreign-origin" },
  { title: "a frame on another site", headers: fetched("cross-site", "navigate", "iframe"), refused: "foreign-origin" },
  {
    title: "another site without a mode",
    headers: { ...HOST, "sec-fetch-site": "cross-site" },
    refused: "foreign-origin",
  },
  {
    title: "a form on another site",
    method: "POST",
    headers: { ...fetched("cross-site", "navigate", "document"), "content-type": "application/json" },
    refused: "foreign-origin",
  },
  { title: "a form", method: "POST", refused: "not-json" },
  { title: "plain text", method: "POST", headers: { ...HOST, "content-type": "text/plain" }, refused: "not-json" },
  {
    title: "JSON",
    method: "POST",
    headers: { ...HOST, "content-type": "application/json; charset=utf-8" },
    refused: null,
  },
];

describe("this machine only", () => {
  for (const { title, method = "GET", headers = HOST, refused, ...rest } of CASES) {
    it(`${refused === null ? "admits" : "refuses"} ${title}`, () => {
      const remoteAddress = "address" in rest ? rest.address : "127.0.0.1";
      const refusal = refuseOthers({ remoteAddress, method, headers });
      should(refusal?.error ?? null).equal(refused);
    });
  }

  it("says what to do instead", () => {
    const refusal = refuseOthers({ remoteAddress: "10.0.0.5", method: "GET", headers: HOST });
    refusal!.message.should.match(/SSH tunnel/);
  });
});
