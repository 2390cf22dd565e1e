/** The server of the contenders' pages, in a process of its own. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { endChildren, startChild } from "../children.ts";
import { CONTENDERS, type ContenderName } from "./contenders.ts";
import { installDashboards } from "./install.ts";
import type { ServerReply, SourceCommand } from "./protocol.ts";

export class PagesServer {
  readonly origin: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, origin: string) {
    this.#child = child;
    this.origin = origin;
  }

  static async open(): Promise<PagesServer> {
    const child = startChild(fileURLToPath(new URL("./server.ts", import.meta.url)), [installDashboards()]);
    const [{ origin }] = (await once(child, "message")) as [{ origin: string }];
    return new PagesServer(child, origin);
  }

  address(name: ContenderName): string {
    return this.origin + CONTENDERS[name].path;
  }

  /** Resolves to how many values were sent since the last time. */
  async send(name: ContenderName, perSecond: number, together = false): Promise<number> {
    this.#child.send({ name, perSecond, together } satisfies SourceCommand);
    const [reply] = (await once(this.#child, "message")) as [ServerReply];
    return "sent" in reply ? reply.sent : 0;
  }

  /** Browsers that follow the hub, by its own count. */
  async streams(): Promise<number> {
    const answer = await fetch(`${this.origin}/gatehouse/browsers`);
    return ((await answer.json()) as unknown[]).length;
  }

  close(): Promise<void> {
    return endChildren([this.#child]);
  }
}
