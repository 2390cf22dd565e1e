/** A node's status line, changed at most twice a second: the newest always gets through. */
import type { Node, NodeStatus } from "node-red";

const INTERVAL_MS = 500;

export interface StatusLine {
  show(status: NodeStatus): void;
  stop(): void;
}

export function statusLine(node: Pick<Node, "status">): StatusLine {
  let timer: NodeJS.Timeout | undefined;
  let waiting: NodeStatus | undefined;
  let shown = "";
  function send(status: NodeStatus): void {
    const text = JSON.stringify(status);
    if (text === shown) return;
    shown = text;
    node.status(status);
    timer = setTimeout(flush, INTERVAL_MS);
  }
  function flush(): void {
    timer = undefined;
    const status = waiting;
    waiting = undefined;
    if (status) send(status);
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
