/** Flow node: the state of a match, set by one user's messages, asked for and heard by the robots (PROTOCOLS 5.1). */
import type { Node, NodeAPI, NodeDef, NodeMessage, NodeStatus } from "node-red";
import { isJsonObject } from "../lib/json/safe-json.ts";
import { spaced } from "../lib/queue/flat-list.ts";
import { type GameCommand, RobotGame } from "../lib/robots/robot-game.ts";
import { checkDevice } from "../lib/store/ids.ts";
import { topicOf } from "../lib/store/topic.ts";
import type { GatehouseMessage } from "./shared/message.ts";
import { addCollector, dropSamples, type Sample } from "./shared/metrics.ts";
import { optionFault } from "./shared/option-fault.ts";
import { type Fields, textOption } from "./shared/options.ts";
import { statusLine } from "./shared/status.ts";

type Send = (messages: (NodeMessage | null)[]) => void;

interface GameOptions {
  /** Whose messages set the state. */
  readonly admin: string;
  /** Under which the state is stored. */
  readonly device: string;
}

/** What a robot asks by a line of its own, or by a field of its message. */
const GAME = "game";
const MAP = "MAP";

/** Whatever blanks a program puts around it. */
function isQuestion(payload: unknown): boolean {
  return typeof payload === "string" && payload.trim() === GAME;
}

function readOptions(fields: Fields): GameOptions {
  return {
    admin: textOption(fields, "admin", "admin"),
    device: checkDevice(textOption(fields, "device", "game/robots")),
  };
}

interface Counts {
  in: number;
  readonly dropped: { invalid: number };
}

function* samples(where: string, { dropped, ...counts }: Counts): Iterable<Sample> {
  yield { name: "gatehouse_game_in_total", labels: { where }, value: counts.in };
  yield* dropSamples(where, dropped);
}

export default function register(RED: NodeAPI): void {
  function RobotGameNode(this: Node, config: NodeDef & Fields): void {
    RED.nodes.createNode(this, config);
    try {
      run(this, readOptions(config));
    } catch (error) {
      optionFault(this, error);
    }
  }

  function run(node: Node, { admin, device }: GameOptions): void {
    const game = new RobotGame();
    const counts: Counts = { in: 0, dropped: { invalid: 0 } };
    const line = statusLine(node);
    const removeCollector = addCollector(node, (where) => samples(where, counts));

    function receive(message: GatehouseMessage, send: Send): void {
      const { payload } = message;
      // What robots send comes with the user that their token names.
      if (message.device === device && message.user === undefined) restore(message, send);
      else if (isQuestion(payload)) answer(message, `{"GAME":"${game.state}"}\r\n`, send);
      else if (!isJsonObject(payload)) throw new RangeError('"payload" must be the object of an authenticated message');
      else if (message.user === admin) obey(message, payload, send);
      else pass(message, payload, send);
    }

    /** What the store has kept, or what another process has set. */
    function restore({ type = "", payload, time = 0 }: GatehouseMessage, send: Send): void {
      broadcast(game.restore(type, payload, time), send);
    }

    /** Without a session: to all of them. */
    function broadcast(fields: GameCommand["broadcast"], send: Send): void {
      if (fields) send([null, { payload: `${spaced(fields)}\n` }, null]);
    }

    /** Whoever sets a wrong value is told, and the state is what it was. */
    function obey(message: GatehouseMessage, fields: Readonly<Record<string, unknown>>, send: Send): void {
      try {
        tell(game.command(fields, Date.now()), send);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        counts.dropped.invalid++;
        answer(message, `${JSON.stringify({ error: "malformed", message: error.message })}\n`, send);
      }
    }

    function tell({ changes, broadcast: fields }: GameCommand, send: Send): void {
      broadcast(fields, send);
      const time = Date.now();
      for (const [type, payload] of changes) {
        send([null, null, { device, type, payload, time, topic: topicOf(device, type) } as NodeMessage]);
      }
    }

    /** A robot's message goes its way; its question is answered beside. */
    function pass(message: GatehouseMessage, fields: object, send: Send): void {
      const map = Object.hasOwn(fields, MAP) ? game.mapOf(String(message.user)) : undefined;
      if (map !== undefined) answer(message, `${JSON.stringify({ MAP: map })}\n`, send);
      send([message, null, null]);
    }

    node.on("input", (message: GatehouseMessage, send: Send, done) => {
      counts.in++;
      try {
        receive(message, send);
        done();
      } catch (error) {
        counts.dropped.invalid++;
        done(error as Error);
      }
      line.show(() => statusOf(game));
    });
    node.on("close", () => {
      removeCollector();
      line.stop();
    });
    line.show(() => statusOf(game));
  }

  function statusOf({ state }: RobotGame): NodeStatus {
    const text = RED._(`robot-game.status.${state}`);
    return state === "start" ? { fill: "green", shape: "dot", text } : { fill: "grey", shape: "ring", text };
  }

  RED.nodes.registerType("gh-robot-game", RobotGameNode);
}

function answer({ _session }: GatehouseMessage, payload: string, send: Send): void {
  if (_session) send([null, { payload, _session } as NodeMessage, null]);
}
