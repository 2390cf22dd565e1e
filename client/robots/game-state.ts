/** What the referee says: whether the game runs, which robot plays on which side, and the announcement. */
import { h, setText } from "../dom.ts";
import type { LiveReading } from "../event-stream.ts";
import { formatValue } from "../format.ts";

export const GAME_DEVICE = "game/robots";

const LONGEST_ANNOUNCEMENT = 500;

export interface GameState {
  /** The announcement; hidden while there is none. */
  readonly banner: HTMLElement;
  /** `running` or `stopped`. */
  readonly mark: HTMLElement;
  receive(reading: Pick<LiveReading, "type" | "value">): void;
  /** `left`, `right`, or empty. */
  sideOf(robot: string): string;
}

export function gameState(): GameState {
  const text = h("p");
  const banner = h("div", { class: "announcement", "aria-live": "polite", hidden: "" }, text);
  const mark = h("p", { class: "game", "data-game": "stop" }, "Game stopped");
  const teams = new Map<string, unknown>();
  return {
    banner,
    mark,
    receive({ type, value }) {
      if (type === "MSG") {
        banner.hidden = value === "" || value === null;
        setText(text, formatValue(value, LONGEST_ANNOUNCEMENT));
      }
      if (type === "GAME") {
        mark.dataset.game = value === "start" ? "start" : "stop";
        setText(mark, value === "start" ? "Game running" : "Game stopped");
      }
      if (type === "left_team" || type === "right_team") teams.set(type, value);
    },
    sideOf(robot) {
      if (teams.get("left_team") === robot) return "left";
      return teams.get("right_team") === robot ? "right" : "";
    },
  };
}
