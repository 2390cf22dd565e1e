/** Views over HTTP: their pages, scripts and styles, whom they are shown to, and what they may command. */
import { globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import should from "should";
import { BUILT_IN } from "../../../lib/sse/view-path.ts";
import type { DeviceRecord } from "../../../lib/store/devices.ts";
import type { TakenCommand } from "../../../nodes/sse-hub/command-intake.ts";
import { Pages } from "../../../nodes/sse-hub/pages.ts";
import type { View } from "../../../nodes/sse-hub/views.ts";
import { openEventStream } from "../../support/event-stream.ts";
import { PAYLOADS } from "../../support/payloads.ts";
import { openRegistry, type TestRegistry } from "../../support/registry.ts";
import { type Answer, type ServedHub, serveHub } from "./served-hub.ts";

const DEVICE = "site/weather-1";
const VIEW: View = {
  ...{ id: "node", label: "device-view node", name: "weather", title: "Weather of {device}" },
  ...{ html: '<gh-value type="t" data-of="{device}"></gh-value>', js: "one();", css: "b {}" },
  ...{ device: "{device}", networks: [], isLinked: true, see: null, command: null, take: null },
};
const errorOf = ({ status, body }: Answer) => [status, (JSON.parse(body) as { error: string }).error];
const HTML = { accept: "text/html,application/xhtml+xml" };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe("the views of a hub", () => {
  let hub: ServedHub;
  let folder: string;
  let registry: TestRegistry;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "gatehouse-views-"));
    const frame = "<title>{{view-title}}</title>{{view-files}}<nav>{{views}}</nav><main>{{view-content}}</main>";
    writeFileSync(join(folder, "view.html"), frame);
    writeFileSync(join(folder, "index.html"), "list {{views}}");
    writeFileSync(join(folder, "device.html"), "device {{views}}");
  });
  after(() => rmSync(folder, { recursive: true }));
  beforeEach(async () => {
    registry = await openRegistry();
    hub = await serve();
  });
  afterEach(async () => {
    await hub.close();
    await registry.close();
  });

  function serve(thisMachine: "first" | "never" = "first"): Promise<ServedHub> {
    const pages = new Pages("/gatehouse", folder);
    return serveHub({}, undefined, pages, { registry: registry.node, thisMachine, isLoopbackOnly: () => true });
  }

  describe("as pages", () => {
    it("stand within the frame, with the device of their address in title, content and around it", async () => {
      hub.views.add(VIEW);
      const { status, body, headers } = await hub.ask(`/v/weather/${DEVICE}`);
      should(status).equal(200);
      should(headers["content-security-policy"]).match(/^default-src 'self'; /);
      should(body).startWith(`<title>Weather of ${DEVICE}</title>`);
      should(body).containEql(`<div class="view" data-view="weather" device="${DEVICE}" data-version="`);
      should(body).containEql(`data-of="${DEVICE}"`);
    });

    it("have their script and style as files that may be kept, each by its own hash", async () => {
      hub.views.add(VIEW);
      const { body } = await hub.ask(`/v/weather/${DEVICE}`);
      const [, script = ""] = /src="\/gatehouse(\/v\/weather\.js\?v=[0-9a-f]{16})"/.exec(body)!;
      const [, style = ""] = /href="\/gatehouse(\/v\/weather\.css\?v=[0-9a-f]{16})"/.exec(body)!;
      const [js, css] = [await hub.ask(script), await hub.ask(style)];
      should([js.body, css.body]).deepEqual(["one();", "b {}"]);
      should([js.headers["content-type"], css.headers["content-type"]]).deepEqual([
        "text/javascript; charset=utf-8",
        "text/css; charset=utf-8",
      ]);
      for (const { headers } of [js, css]) should(headers["cache-control"]).match(/immutable/);
      should((await hub.ask("/v/weather.js?v=other")).headers["cache-control"]).equal("no-cache");
      should((await hub.ask("/v/weather.js", { "if-none-match": js.headers.etag! })).status).equal(304);
      should(js.headers["content-security-policy"]).match(/^default-src 'self'; /);
    });

    it("name no file that is empty", async () => {
      hub.views.add({ ...VIEW, js: "", css: "" });
      should((await hub.ask(`/v/weather/${DEVICE}`)).body).not.match(/<script|<link/);
    });

    it("list the devices that they may be about where the address names none", async () => {
      hub.views.add({ ...VIEW, networks: ["site", "farm"] });
      const { body } = await hub.ask("/v/weather/");
      should(body).startWith("<title>Weather of …</title>");
      should(body).containEql('<gh-devices level="1" view="weather" network="site farm"></gh-devices>');
      should((await hub.ask("/v/weather/site/a%3Ab")).body).containEql('device="site/a:b"');
    });

    it("are about one device, or none, where the view says so", async () => {
      hub.views.add({ ...VIEW, device: DEVICE });
      hub.views.add({ ...VIEW, name: "wall", device: null, title: "Wall" });
      for (const path of ["/v/weather", `/v/weather/${DEVICE}`]) {
        should((await hub.ask(path)).body).containEql(`device="${DEVICE}"`);
      }
      should((await hub.ask("/v/wall")).body).containEql('<div class="view" data-view="wall" data-version="');
      for (const path of ["/v/weather/site/2", `/v/wall/${DEVICE}`]) {
        should(errorOf(await hub.ask(path))).deepEqual([404, "not-found"]);
      }
    });

    it("are of no device of another network than theirs", async () => {
      hub.views.add({ ...VIEW, networks: ["site", "farm"] });
      should((await hub.ask(`/v/weather/${DEVICE}`)).status).equal(200);
      for (const path of ["/v/weather/mesh/5", "/v/weather/sites/1"]) {
        should(errorOf(await hub.ask(path))).deepEqual([404, "not-found"]);
      }
    });

    it("have links in the bar of every page, by their titles without the device, but for those that want none", async () => {
      hub.views.add({ ...VIEW, title: "Weather station {device}" });
      hub.views.add({ ...VIEW, name: "wall", device: null, title: "<b>Wall</b>" });
      hub.views.add({ ...VIEW, name: "hidden", isLinked: false });
      const wall = '<a href="/gatehouse/v/wall">&lt;b&gt;Wall&lt;/b&gt;</a>';
      const weather = '<a href="/gatehouse/v/weather">Weather station</a>';
      const here = (link: string) => link.replace('">', '" aria-current="page">');
      await hub.append(`${DEVICE}/temperature`, 1);
      should((await hub.ask("/")).body).equal(`list ${wall}${weather}`);
      should((await hub.ask(`/d/${DEVICE}`)).body).equal(`device ${wall}${weather}`);
      for (const path of ["/v/weather", `/v/weather/${DEVICE}`]) {
        should((await hub.ask(path)).body).containEql(`<nav>${wall}${here(weather)}</nav>`);
      }
      should((await hub.ask("/v/wall")).body).containEql(`<nav>${here(wall)}${weather}</nav>`);
    });

    it("stand in the bar in their natural order, with a mark where a title has its device within", async () => {
      const titles = ["zoo 10", "Zoo 9", "{device}: level", "At {device} now", "Seen at {device}", "Pier ({device})"];
      titles.forEach((title, index) => void hub.views.add({ ...VIEW, name: `v${index}`, title }));
      const words = [...(await hub.ask("/")).body.matchAll(/">([^<]*)<\/a>/g)].map(([, text]) => text);
      should(words).deepEqual(["At … now", "level", "Pier", "Seen at …", "Zoo 9", "zoo 10"]);
    });

    it("have no title, link or content that brings another one along", async () => {
      const words = "{{views}} {{view-content}} {{view-title}}";
      hub.views.add({ ...VIEW, device: null, title: words, html: words, js: "", css: "" });
      const { body } = await hub.ask("/v/weather");
      should(body.split(words)).have.length(4);
    });

    it("are in the bar as they come and go, and leave room for the page", async () => {
      const { headers } = await hub.ask("/");
      const ends = Array.from({ length: 30 }, (_, index) => hub.views.add({ ...VIEW, name: `v${index}` }));
      const asked = await hub.ask("/", { "if-none-match": headers.etag! });
      should([asked.status, asked.body.match(/<a /g)!.length]).deepEqual([200, 20]);
      for (const end of ends) end(true);
      should((await hub.ask("/", { "if-none-match": headers.etag! })).status).equal(304);
    });

    it("are nowhere else", async () => {
      const remove = hub.views.add(VIEW);
      for (const path of [
        "/v/other",
        "/v/weather/site",
        "/v/weather/a/b/c",
        "/v/weather/%zz/1",
        "/v/weather.html",
        "/v/weather.js/x",
        "/view",
        "/view.html",
      ]) {
        should([path, (await hub.ask(path)).status]).deepEqual([path, 404]);
      }
      remove(true);
      should((await hub.ask("/v/weather")).status).equal(404);
    });

    it("say to a person, in the frame of all pages, that there is none of that name", async () => {
      hub.views.add({ ...VIEW, device: null, title: "Wall", name: "wall" });
      const { status, body, headers } = await hub.ask("/v/none", HTML);
      should([status, headers["content-type"]]).deepEqual([404, "text/html; charset=utf-8"]);
      should(body).startWith("<title>No view “none”</title><nav><a");
      should(body).containEql('data-view="none" data-version=""');
      should((await hub.ask("/v/none.js", HTML)).headers["content-type"]).match(/json/);
    });

    it("say to a person that they are not about a device, and which pages they have", async () => {
      hub.views.add({ ...VIEW, networks: ["site"] });
      hub.views.add({ ...VIEW, name: "one", title: "One", device: DEVICE });
      const other = await hub.ask("/v/weather/mesh/5", HTML);
      should(other.status).equal(404);
      should(other.body).containEql('<gh-devices level="1" view="weather" network="site"></gh-devices>');
      should(other.body).containEql("There is no page of mesh/5 here: this view is about devices of site.");
      const one = await hub.ask("/v/one/mesh/5", HTML);
      should(one.status).equal(404);
      should(one.body).match(
        /this view is about site\/weather-1\.<\/p>\n<div .*\n<p><a href="\/gatehouse\/v\/one">One</,
      );
    });

    it("say that nothing was heard of their device, until something is", async () => {
      hub.views.add(VIEW);
      hub.views.add({ ...VIEW, name: "wall", device: null });
      const pageOf = async (path: string) => (await hub.ask(path)).body;
      should(await pageOf(`/v/weather/${DEVICE}`)).containEql(`Nothing was heard of ${DEVICE} yet.`);
      await hub.append(`${DEVICE}/temperature`, 1);
      for (const path of [`/v/weather/${DEVICE}`, "/v/wall"]) should(await pageOf(path)).not.containEql("was heard");
    });

    it("tell which version they are, as their pages have it, to who begins to follow", async () => {
      hub.views.add(VIEW);
      const versions = ["view/weather", "view/none", "hub"].map((of) => `topic=$live/${of}/version`).join("&");
      const stream = await openEventStream(`${hub.origin}/events?latest=1&${versions}`);
      const next = async () => (JSON.parse((await stream.next()).data) as { value: string }).value;
      const [, own] = /data-version="(\w+)"/.exec((await hub.ask(`/v/weather/${DEVICE}`)).body)!;
      should([await next(), await next()]).deepEqual([own, ""]);
      should(await next()).match(/^[0-9a-f]{16}$/);
      stream.close();
    });

    it("wait for a deploy that has taken them away for a moment", async () => {
      hub.views.add(VIEW)(false);
      const answer = hub.ask(`/v/weather/${DEVICE}`);
      hub.views.add({ ...VIEW, html: "again" });
      should((await answer).body).containEql("again");
    });

    it("have no device and no title that becomes markup", async () => {
      PAYLOADS.forEach((title, index) => void hub.views.add({ ...VIEW, name: `v${index}`, title }));
      for (const [index, payload] of PAYLOADS.entries()) {
        const { body } = await hub.ask(`/v/v${index}/${DEVICE}`);
        const title = /<title>(.*?)<\/title>/s.exec(body)![1]!;
        should(title).not.match(/[<>"']/);
        const answer = await hub.ask(`/v/v${index}/site/${encodeURIComponent(payload)}`);
        should([payload, answer.status]).deepEqual([payload, 404]);
        should(answer.headers["content-type"]).match(/^application\/json/);
      }
    });
  });

  describe("with tokens", () => {
    beforeEach(async () => {
      await hub.close();
      hub = await serve("never");
      await hub.backend.append(`${DEVICE}/t`, { time: Date.now(), value: 1 });
    });

    it("are seen by whom the hub lets read, and where they ask for more, by whom that is allowed", async () => {
      hub.views.add(VIEW);
      hub.views.add({ ...VIEW, name: "own", see: "{device}/#" });
      hub.views.add({ ...VIEW, name: "all", see: "site/#" });
      const token = await registry.mint("anna", [`read:${DEVICE}/#`]);
      const statusOf = async (path: string) => (await hub.ask(path, bearer(token))).status;
      for (const [path, status] of [
        [`/v/weather/${DEVICE}`, 200],
        ["/v/weather/site/2", 200],
        [`/v/own/${DEVICE}`, 200],
        ["/v/own/site/2", 403],
        ["/v/own.js", 200],
        [`/v/all/${DEVICE}`, 403],
        ["/v/all.js", 403],
        ["/v/all.css", 403],
      ] as const) {
        should([path, await statusOf(path)]).deepEqual([path, status]);
      }
      should(errorOf(await hub.ask("/v/own/site/2", bearer(token)))).deepEqual([403, "forbidden"]);
      should((await hub.ask(`/v/weather/${DEVICE}`)).status).equal(401);
      const sender = await registry.mint("bot", ["command:#"]);
      should((await hub.ask(`/v/weather/${DEVICE}`, bearer(sender))).status).equal(403);
    });

    it("are in the bar of who may see them", async () => {
      hub.views.add({ ...VIEW, title: "" });
      hub.views.add({ ...VIEW, name: "own", title: "Own", see: "{device}/#" });
      hub.views.add({ ...VIEW, name: "one", title: "One", device: DEVICE, see: "{device}/#" });
      hub.views.add({ ...VIEW, name: "other", title: "Other", device: "site/2", see: "{device}/#" });
      hub.views.add({ ...VIEW, name: "all", title: "All", see: "site/#" });
      const linksOf = async (scope: string) => {
        const { body } = await hub.ask("/", bearer(await registry.mint(`anna${scope.length}`, [scope])));
        return [...body.matchAll(/<a [^>]*>([^<]*)/g)].map(([, words]) => words);
      };
      should(await linksOf(`read:${DEVICE}/#`)).deepEqual(["One", "Own", "weather"]);
      should(await linksOf("read:#")).deepEqual(["All", "One", "Other", "Own", "weather"]);
    });

    it("tell their data to whom they are shown, and to nobody else", async () => {
      hub.views.add(VIEW);
      hub.views.add({ ...VIEW, name: "own", see: "{device}/#" });
      hub.views.add({ ...VIEW, name: "all", see: "site/#" });
      const token = await registry.mint("anna", [`read:${DEVICE}/#`]);
      for (const [topic, isAllowed] of [
        ["$live/view/weather", true],
        [`$live/view/own/${DEVICE}`, true],
        ["$live/view/own/site/2", false],
        ["$live/view/all", false],
        ["$live/view/none", false],
        ["$live/view/own/version", true],
        ["$live/view/all/version", false],
        ["$live/view/none/version", true],
        ["$live/hub/version", true],
        ["$live/view/+", false],
        ["$live/view/#", false],
      ] as const) {
        const query = new URLSearchParams([["topic", topic]]);
        const opened = openEventStream(`${hub.origin}/events?${query}`, bearer(token));
        if (isAllowed) (await opened).close();
        else await should(opened).be.rejectedWith(/403/);
      }
    });

    it("command what token and view allow", async () => {
      const taken: TakenCommand[] = [];
      hub.views.add({ ...VIEW, command: "{device}/#", take: (command) => void taken.push(command) });
      const send = async (token: string, body: object) => {
        const headers = { ...bearer(token), "content-type": "application/json" };
        const command = JSON.stringify({ device: DEVICE, type: "reset", view: "weather", ...body });
        return (await hub.ask("/commands", headers, "POST", command)).status;
      };
      const some = await registry.mint("anna", ["read:#", `command:${DEVICE}/reset`]);
      const all = await registry.mint("bea", ["read:#", `command:${DEVICE}/#`]);
      should(await send(some, {})).equal(403);
      should(await send(all, { component: "b" })).equal(202);
      should(await send(all, { device: "site/2" })).equal(403);
      should(await send(all, { view: "<b>" })).equal(400);
      should(await send(all, { component: "" })).equal(400);
      should(taken).match([{ device: DEVICE, user: "bea", view: "weather", component: "b" }]);
    });
  });

  it("declare commands for the devices of their networks, to whom they are allowed", async () => {
    await hub.close();
    hub = await serve("never");
    for (const device of [DEVICE, "mesh/5"]) await hub.backend.append(`${device}/t`, { time: Date.now(), value: 1 });
    const learned = (kind: string) => ({ known: { kind }, since: 1 });
    await hub.backend.put(`command.${DEVICE}/reset`, learned("text"));
    await hub.backend.put(`command.${DEVICE}/name`, learned("text"));
    const html = '<gh-button command="reset" payload="1"></gh-button>';
    const take = () => {};
    hub.views.add({ ...VIEW, html, take, networks: ["site"] });
    hub.views.add({ ...VIEW, html: html.replace("reset", "all"), take, name: "all" });
    hub.views.add({ ...VIEW, html: html.replace("reset", "unwired"), name: "unwired", networks: ["site"] });
    hub.views.add({ ...VIEW, html: html.replace("reset", "only"), take, name: "one", device: "mesh/5" });
    const commandsFor = async (name: string, scopes: string[]) => {
      const { body } = await hub.ask("/devices", bearer(await registry.mint(name, ["read:#", ...scopes])));
      return (JSON.parse(body) as DeviceRecord[]).map(({ commands }) => commands);
    };
    const one = { kind: "number", min: 1, max: 1 };
    const [name, reset] = [{ kind: "text" }, one];
    should(await commandsFor("anna", ["command:#"])).deepEqual([{ only: one }, { name, reset }]);
    should(await commandsFor("bea", [`command:${DEVICE}/reset`])).deepEqual([undefined, { reset }]);
    should(await commandsFor("cleo", [])).deepEqual([undefined, undefined]);
  });

  it("leave their names to all pages of ours", () => {
    const names = globSync("client/views/*.html").map((file) => basename(file, ".html"));
    should(names.filter((name) => !BUILT_IN.includes(name))).be.empty();
  });
});
