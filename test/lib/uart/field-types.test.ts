/** Every field type as one table of numbers and bytes. */
import should from "should";
import { FIELD_TYPES, type FieldType } from "../../../lib/uart/field-types.ts";

const VALUES: readonly { readonly type: FieldType; readonly value: number; readonly wire: string }[] = [
  { type: "u8", value: 0, wire: "00" },
  { type: "u8", value: 255, wire: "ff" },
  { type: "i8", value: -128, wire: "80" },
  { type: "i8", value: 127, wire: "7f" },
  { type: "u16le", value: 0x1234, wire: "3412" },
  { type: "u16be", value: 0x1234, wire: "1234" },
  { type: "i16le", value: -2, wire: "feff" },
  { type: "i16be", value: -32768, wire: "8000" },
  { type: "u24le", value: 0x123456, wire: "563412" },
  { type: "u24be", value: 0xffffff, wire: "ffffff" },
  { type: "i24le", value: -2, wire: "feffff" },
  { type: "i24le", value: 0x7fffff, wire: "ffff7f" },
  { type: "i24be", value: -0x800000, wire: "800000" },
  { type: "u32le", value: 0xfedcba98, wire: "98badcfe" },
  { type: "u32be", value: 0xffffffff, wire: "ffffffff" },
  { type: "i32le", value: -0x80000000, wire: "00000080" },
  { type: "i32be", value: 0x7fffffff, wire: "7fffffff" },
  { type: "f32le", value: -1.5, wire: "0000c0bf" },
  { type: "f32be", value: 0.15625, wire: "3e200000" },
  { type: "f64le", value: 1e300, wire: "9c7500883ce4377e" },
  { type: "f64be", value: -2, wire: "c000000000000000" },
];

describe("FIELD_TYPES", () => {
  for (const { type, value, wire } of VALUES) {
    it(`writes ${value} as ${type} and reads it back`, () => {
      const bytes = Buffer.alloc(FIELD_TYPES[type].bytes + 2, 0x55);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      FIELD_TYPES[type].write(view, 1, value);
      bytes.toString("hex").should.equal(`55${wire}55`);
      FIELD_TYPES[type].read(view, 1).should.equal(value);
    });
  }

  it("has no type that the table above leaves out", () => {
    const tested = new Set(VALUES.map(({ type }) => type));
    should(Object.keys(FIELD_TYPES).filter((type) => !tested.has(type as FieldType))).deepEqual([]);
  });
});
