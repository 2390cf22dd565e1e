/** Keeps a feed on its node's store: anew with each backend, with the rate or the store's fault in the status. */
import type { Node, NodeAPI, NodeStatus } from "node-red";
import type { Backend } from "../../backends/backend.ts";
import { showRate } from "../shared/rate.ts";
import type { StatusLine } from "../shared/status.ts";
import { type StoreBackendNode, storeStatus } from "../store-backend.ts";

export interface Followed {
  readonly line: StatusLine;
  /** Begins to feed; the returned function stops. `fail` is called where it ends by itself. */
  begin(backend: Backend, fail: (fault: Error) => void): () => void;
  /** What has been handed on so far. */
  count(): number;
  statusOf(perSecond: number): NodeStatus;
}

/** Returns stop. */
export function followStore(RED: NodeAPI, node: Node, store: StoreBackendNode, followed: Followed): () => void {
  const { line } = followed;
  let stop = () => {};
  let backend: Backend | null = null;
  let faultStatus: NodeStatus | null = null;
  const unsubscribe = store.subscribe((state) => {
    const isSound = state.name === "ready" && state.unsaved === undefined;
    faultStatus = isSound ? null : storeStatus(RED, state);
    if (store.backend && store.backend !== backend) {
      stop();
      stop = follow(store.backend);
      backend = store.backend;
    }
    if (faultStatus) line.show(faultStatus);
  });

  function follow(begun: Backend): () => void {
    const stopRate = showRate(line, followed.count, (rate) => faultStatus ?? followed.statusOf(rate));
    const stopFeed = followed.begin(begun, (fault) => {
      stopRate();
      node.error(fault.message);
      line.show({ fill: "red", shape: "ring", text: fault.message });
    });
    return () => {
      stopRate();
      stopFeed();
    };
  }

  return () => {
    unsubscribe();
    stop();
  };
}
