/** Puts a hub's access together: its registry, who came in by tickets, and how one signs in. */
import { randomBytes } from "node:crypto";
import type { Server } from "node:net";
import type { NodeAPI } from "node-red";
import { PASS_BYTES } from "../../lib/auth/passes.ts";
import { isLoopback } from "../../lib/auth/this-machine.ts";
import { choiceOption, type Fields, textOption } from "../shared/options.ts";
import { registryOf } from "../token-registry.ts";
import { Access, type AccessOptions, type ThisMachine } from "./access.ts";
import { guestsOf } from "./guests.ts";
import { SignIns } from "./sign-in.ts";
import type { Visitor } from "./visitor.ts";

export interface Door {
  /** The hub's path as the browser sees it. */
  readonly base: string;
  readonly access: Access;
  readonly signIns: SignIns;
  close(): void;
}

const THIS_MACHINE: readonly ThisMachine[] = ["first", "loopback", "never"];

/** Of the hubs that serve. */
const doors = new Map<string, Door>();

export type DoorOptions = Pick<AccessOptions, "registry" | "thisMachine">;

/** Throws RangeError naming the field. */
export function readDoorOptions(RED: NodeAPI, fields: Fields): DoorOptions {
  return {
    registry: textOption(fields, "registry", "") === "" ? null : registryOf(RED, fields.registry),
    thisMachine: choiceOption(fields, "thisMachine", THIS_MACHINE, "first"),
  };
}

export function openDoor(RED: NodeAPI, id: string, options: DoorOptions, base: string): Door {
  const isLoopbackOnly = () => listensOnLoopback(RED.server as Server | undefined);
  const access = new Access({ ...options, base, isLoopbackOnly }, guestsOf(id));
  const isBasicTaken = Boolean((RED.settings as { httpNodeAuth?: unknown }).httpNodeAuth);
  const signIns = new SignIns({ access, base, isBasicTaken });
  const door = { base, access, signIns, close };
  doors.set(id, door);
  return door;

  function close(): void {
    access.close();
    if (doors.get(id) === door) doors.delete(id);
  }
}

/** The address of a page of the hub that lets in once, or null where no hub of this id serves. */
export function invite(id: string, visitor: Visitor, page = "/"): string | null {
  const door = doors.get(id);
  return door ? `${door.base}${page}?ticket=${door.access.issueTicket(randomBytes(PASS_BYTES), visitor)}` : null;
}

function listensOnLoopback(server: Server | undefined): boolean {
  const address = server?.address();
  return typeof address === "object" && address !== null && isLoopback(address.address);
}
