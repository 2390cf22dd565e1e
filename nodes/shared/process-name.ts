/** What connections of this process call it by, so that a hub in it knows a gateway that writes to the very same store. */
import { randomUUID } from "node:crypto";

export const PROCESS_HEADER = "x-gatehouse-process";
export const PROCESS_NAME = randomUUID();
