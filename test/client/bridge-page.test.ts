/** The page of the device bridge in Chromium, against a scripted hub. */
import { loaded, textBecomes, textsBecome } from "./browser.ts";
import { describePages } from "./with-hub.ts";

const figure = (name: string) => `[data-tile="${name}"] .figure`;

describePages("the bridge's page", ({ hub, openAt }) => {
  it("shows devices, what they say, their connections and what was dropped", async () => {
    const counters = (messages: number, dropped: number) => {
      hub.metrics = [
        'gatehouse_sessions_open{where="session-endpoint:Mesh clients"} 9',
        'gatehouse_ack_peers{where="ack-session:devices",network="site",role="server"} 2',
        'gatehouse_ack_peers{where="ack-session:peers",network="site",role="server"} 1',
        'gatehouse_ack_peers{where="ack-session:uplink",network="site",role="client"} 1',
        'gatehouse_ack_peers{where="ack-session:others",network="farm",role="server"} 7',
        `gatehouse_ack_received_total{where="ack-session:devices",network="site",from="device"} ${messages}`,
        `gatehouse_ack_received_total{where="ack-session:peers",network="site",from="gateway"} ${messages}`,
        'gatehouse_ack_written_total{where="ack-session:devices",network="site"} 7',
        'gatehouse_router_sent_total{where="device-router:r",network="site",to="browser"} 4',
        'gatehouse_router_sent_total{where="device-router:r",network="site",to="device"} 5',
        'gatehouse_dropped_total{where="ack-session:peers",reason="duplicate"} 6',
        `gatehouse_dropped_total{where="ack-session:peers",reason="overflow"} ${dropped}`,
        'gatehouse_dropped_total{where="uart-codec:c",reason="overflow"} 9',
      ].join("\n");
    };
    counters(10, 1);
    hub.publish("site/7", "temperature", 21);
    hub.keys.set("link.site/7", { connected: true, since: 1 });
    const page = await openAt("/v/bridge");
    await loaded(page);
    await textBecomes(page, figure("devices"), "1 of 1 active");
    await textBecomes(page, '[data-device="site/7"] dd', "21");
    await textBecomes(page, figure("open"), "3");
    await textBecomes(page, '[data-tile="messages"] .detail', "10 in all");
    await textBecomes(page, '[data-tile="told"] .detail', "4 in all");
    await textsBecome(page, ".endpoints tbody tr", ["devices2107", "peers1100", "uplink100"]);
    await textsBecome(page, ".drops tbody tr", [
      "overflow ack-session:peers1",
      "duplicate: it had come before ack-session:peers6",
    ]);
    counters(30, 4);
    hub.publish("site/7", "temperature", 22);
    await textBecomes(page, "gh-log li:last-child", /site\/7\/temperature22$/);
    await page.clock.fastForward(4_000);
    await textBecomes(page, figure("messages"), /^\d[\d.]* per second$/);
    await textBecomes(page, '[data-tile="drops"] .detail', "3 since this page opened");
    await hub.followed("$live/site/7/connected");
    hub.tell("$live/site/7/connected", false);
    await textBecomes(page, '[data-tile="devices"] .detail', "1 disconnected");
  });
});
