/** A node's status line, changed at most twice a second: the newest always gets through. */
import type { Node, NodeStatus } from "node-red";

const INTERVAL_MS = 500;

/** A function is asked only when its text is due, so that a busy node need not word every change. */
type StatusSource = NodeStatus | (() => NodeStatus);

export interface StatusLine {
  show(status: StatusSource): void;
  stop(): void;
}

export function statusLine(node: Pick<Node, "status">): StatusLine {
  let timer: NodeJS.Timeout | undefined;
  let waiting: StatusSource | undefined;
  let shown = "";
  function send(source: StatusSource): void {
    const status = typeof source === "function" ? source() : source;
    timer = setTimeout(flush, INTERVAL_MS);
    const text = JSON.stringify(status);
    if (text === shown) return;
    shown = text;
    node.status(status);
  }
  function flush(): void {
    timer = undefined;
    const source = waiting;
    waiting = undefined;
    if (source) send(source);
  }
  return {
    show(status) {
      if (timer) waiting = status;
      else send(status);
    },
    stop() {
      clearTimeout(timer);
    },
  };
}
