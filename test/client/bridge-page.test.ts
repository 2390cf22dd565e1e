/** The page of the device bridge in Chromium, against a scripted hub. */
import should from "should";
import { loaded, textBecomes } from "./browser.ts";
import { describePages } from "./with-hub.ts";

const figure = (name: string) => `[data-tile="${name}"] .figure`;

describePages("the bridge's page", ({ hub, open }) => {
  it("shows devices, what they say, their connections and what was dropped", async () => {
    const counters = (messages: number, dropped: number) => {
      hub.metrics = [
        'gatehouse_sessions_open{where="session-endpoint:Devices"} 2',
        'gatehouse_session_waiting{where="session-endpoint:Devices"} 5',
        `gatehouse_session_messages_total{where="session-endpoint:Devices",direction="in"} ${messages}`,
        'gatehouse_session_messages_total{where="session-endpoint:Devices",direction="out"} 7',
        `gatehouse_dropped_total{where="ack-session:peers",reason="duplicate"} ${dropped}`,
        'gatehouse_dropped_total{where="uart-codec:c",reason="overflow"} 9',
      ].join("\n");
    };
    counters(10, 1);
    hub.publish("site/7", "temperature", 21);
    hub.keys.set("link.site/7", { connected: true, since: 1 });
    const page = await open("/v/bridge");
    await loaded(page);
    await textBecomes(page, figure("devices"), "1 of 1 active");
    await textBecomes(page, '[data-device="site/7"] dd', "21");
    await textBecomes(page, figure("open"), "2");
    should(await page.locator(".endpoints tbody tr").allTextContents()).deepEqual(["Devices2107"]);
    should(await page.locator(".drops tbody tr").allTextContents()).deepEqual(["duplicate ack-session:peers1"]);
    counters(30, 4);
    hub.publish("site/7", "temperature", 22);
    await textBecomes(page, "gh-log li:last-child", /site\/7\/temperature22$/);
    await textBecomes(page, figure("messages"), /^\d[\d.]* per second$/);
    await textBecomes(page, '[data-tile="drops"] .detail', "3 since this page opened");
    hub.tell("$live/site/7/connected", false);
    await textBecomes(page, '[data-tile="devices"] .detail', "1 disconnected");
  });
});
