/** Flow node: keeps one message, and sends it before each that passes, until another takes its place. */
import type { Node, NodeAPI, NodeDef, NodeMessage, NodeStatus } from "node-red";
import { type AnnouncementForm, announcementOf } from "../lib/robots/announcement.ts";
import { splitTopic } from "../lib/store/topic.ts";
import type { GatehouseMessage } from "./shared/message.ts";
import { addCollector } from "./shared/metrics.ts";
import { optionFault } from "./shared/option-fault.ts";
import { choiceOption, type Fields, textOption } from "./shared/options.ts";
import { statusLine } from "./shared/status.ts";

interface AnnouncementOptions {
  /** Messages with this topic set the announcement; all others pass. */
  readonly topic: string;
  readonly type: string;
  readonly form: AnnouncementForm;
  readonly user: string;
}

function readOptions(fields: Fields): AnnouncementOptions {
  const topic = textOption(fields, "topic", "game/robots/MSG");
  const parts = splitTopic(topic);
  if (!parts) throw new RangeError(`"topic" must be <network>/<address>/<type>, got ${topic}`);
  const form = choiceOption<AnnouncementForm>(fields, "form", ["fields", "payload"], "fields");
  return { topic, type: parts.type, form, user: textOption(fields, "user", "admin") };
}

export default function register(RED: NodeAPI): void {
  function Announcement(this: Node, config: NodeDef & Fields): void {
    RED.nodes.createNode(this, config);
    try {
      run(this, readOptions(config));
    } catch (error) {
      optionFault(this, error);
    }
  }

  function run(node: Node, { topic, type, form, user }: AnnouncementOptions): void {
    let announcement: unknown = null;
    const counts = { passed: 0, announced: 0 };
    const line = statusLine(node);
    const removeCollector = addCollector(node, (where) => [
      { name: "gatehouse_announcement_passed_total", labels: { where }, value: counts.passed },
      { name: "gatehouse_announcement_told_total", labels: { where }, value: counts.announced },
    ]);
    node.on("input", (message: GatehouseMessage, send, done) => {
      if (message.topic === topic) {
        announcement = announcementOf(form, user, type, message.payload);
        line.show(() => statusOf(announcement !== null));
      } else {
        if (announcement !== null) {
          counts.announced++;
          send({ payload: announcement, ...(message._session && { _session: message._session }) } as NodeMessage);
        }
        counts.passed++;
        send(message);
      }
      done();
    });
    node.on("close", () => {
      removeCollector();
      line.stop();
    });
    line.show(() => statusOf(false));
  }

  function statusOf(isSet: boolean): NodeStatus {
    const text = RED._(`announcement.status.${isSet ? "set" : "none"}`);
    return isSet ? { fill: "green", shape: "dot", text } : { fill: "grey", shape: "ring", text };
  }

  RED.nodes.registerType("gh-announcement", Announcement);
}
