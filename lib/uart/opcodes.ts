/** The message layouts and their opcodes as tables: one more message is one more row (PROTOCOLS 1.2, 1.3). */

/**
 * What follows the opcode:
 * `data` a count and as many readings · `counted-text` a length byte and a text · `text` a text up to the end ·
 * `bytes` anything · `event` nothing, and the value is true (bytes where there are some) · `uuid` 16 bytes
 */
export type Content = "data" | "counted-text" | "text" | "bytes" | "event" | "uuid";

export interface Opcode {
  /** One character for each byte. */
  readonly code: string;
  /** Type of the reading; those of `data` have the names of their data types. */
  readonly type: string;
  readonly content: Content;
}

export interface Layout {
  /** How a reading of `data` begins: three characters and a length, or an id whose length the table of data types has. */
  readonly item: "name" | "id";
  readonly codeBytes: number;
  /** An `[E]` after the content is taken off. */
  readonly endMark: boolean;
  readonly unknown: "unknown-type" | "unknown-opcode";
  readonly opcodes: readonly Opcode[];
}

/** Every message begins with the u16be address of its node. */
export const ADDRESS_BYTES = 2;
/** Some edge firmware appends it. */
export const END_MARK = "[E]";

export const TYPE3: Layout = {
  item: "name",
  codeBytes: 3,
  endMark: true,
  unknown: "unknown-type",
  opcodes: [
    { code: "[D]", type: "data", content: "data" },
    { code: "[M]", type: "message", content: "counted-text" },
    { code: "<Q>", type: "request", content: "text" },
  ],
};

export const OPCODE1: Layout = {
  item: "id",
  codeBytes: 1,
  endMark: false,
  unknown: "unknown-opcode",
  opcodes: [
    { code: "\x00", type: "custom", content: "text" },
    { code: "\x01", type: "network", content: "bytes" },
    { code: "\x02", type: "connected", content: "uuid" },
    { code: "\x03", type: "root-reset", content: "event" },
    { code: "D", type: "data", content: "data" },
    { code: "R", type: "request", content: "text" },
    { code: "E", type: "echo", content: "text" },
    { code: "A", type: "ack", content: "event" },
    { code: "T", type: "test", content: "text" },
    { code: "S", type: "reset", content: "event" },
  ],
};
