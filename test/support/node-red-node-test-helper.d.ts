/** What the tests use of the test helper, which ships no types. */
declare module "node-red-node-test-helper" {
  import type { Node, NodeAPI } from "node-red";

  type Register = (RED: NodeAPI) => void;

  interface LogCall {
    readonly args: readonly [
      { readonly level: number; readonly id?: string; readonly type?: string; readonly msg: unknown },
    ];
  }

  interface Helper {
    init(runtimePath: string, settings?: object): void;
    settings(settings: object): object;
    load(nodes: readonly Register[], flow: readonly object[], credentials?: object): Promise<void>;
    setFlows(flow: readonly object[], type?: "full" | "nodes" | "flows"): Promise<void>;
    unload(): Promise<void>;
    startServer(done: () => void): void;
    stopServer(done: () => void): void;
    getNode(id: string): Node | null;
    clearFlows(): Promise<void>;
    url(): string;
    log(): { readonly args: LogCall["args"][] };
  }

  const helper: Helper;
  export default helper;
}
