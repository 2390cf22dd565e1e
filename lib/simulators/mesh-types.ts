/** The data types that simulated mesh nodes send: two that a codec's table defines, and one that it leaves bytes. */
import type { DataType } from "../uart/data-types.ts";

/** The rows to enter in the codec; `GPS` is predefined. */
export const MESH_TYPES: readonly DataType[] = [
  { name: "BAT", id: 2, length: 2, fields: [{ name: "voltage", type: "u16le", scale: 0.001, unit: "V" }] },
  { name: "SPD", id: 3, length: 2, fields: [{ name: "speed", type: "u16le", scale: 0.01, unit: "m/s" }] },
];

/** A count and two random bytes that nobody defined; layout "opcode1" cannot carry it, having no id. */
export const DYNAMIC_TYPE = "AUX";
