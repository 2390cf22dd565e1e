/** The types a field can have on the wire: width, range, reader and writer of each. */

interface WireNumber {
  readonly bytes: number;
  readonly whole: boolean;
  readonly range: readonly [number, number];
  readonly read: (view: DataView, at: number) => number;
  readonly write: (view: DataView, at: number, value: number) => void;
}

export type FieldType = "u8" | "i8" | `${"u16" | "i16" | "u24" | "i24" | "u32" | "i32" | "f32" | "f64"}${"le" | "be"}`;

const LITTLE = true;
const BIG = false;
const MAX_F32 = (2 - 2 ** -23) * 2 ** 127;

export const FIELD_TYPES: Readonly<Record<FieldType, WireNumber>> = {
  u8: unsigned(1, BIG),
  i8: signed(1, BIG),
  u16le: unsigned(2, LITTLE),
  u16be: unsigned(2, BIG),
  i16le: signed(2, LITTLE),
  i16be: signed(2, BIG),
  u24le: unsigned(3, LITTLE),
  u24be: unsigned(3, BIG),
  i24le: signed(3, LITTLE),
  i24be: signed(3, BIG),
  u32le: unsigned(4, LITTLE),
  u32be: unsigned(4, BIG),
  i32le: signed(4, LITTLE),
  i32be: signed(4, BIG),
  f32le: single(LITTLE),
  f32be: single(BIG),
  f64le: double(LITTLE),
  f64be: double(BIG),
};

function unsigned(bytes: number, little: boolean): WireNumber {
  return {
    bytes,
    whole: true,
    range: [0, 2 ** (8 * bytes) - 1],
    read: (view, at) => readBytes(view, at, bytes, little),
    write: (view, at, value) => writeBytes(view, at, value, bytes, little),
  };
}

/** Two's complement. */
function signed(bytes: number, little: boolean): WireNumber {
  const half = 2 ** (8 * bytes - 1);
  return {
    bytes,
    whole: true,
    range: [-half, half - 1],
    read(view, at) {
      const value = readBytes(view, at, bytes, little);
      return value < half ? value : value - 2 * half;
    },
    write: (view, at, value) => writeBytes(view, at, value < 0 ? value + 2 * half : value, bytes, little),
  };
}

function readBytes(view: DataView, at: number, bytes: number, little: boolean): number {
  let value = 0;
  for (let index = 0; index < bytes; index++) {
    value = value * 256 + view.getUint8(at + (little ? bytes - 1 - index : index));
  }
  return value;
}

function writeBytes(view: DataView, at: number, value: number, bytes: number, little: boolean): void {
  let rest = value;
  for (let index = 0; index < bytes; index++) {
    view.setUint8(at + (little ? index : bytes - 1 - index), rest % 256);
    rest = Math.floor(rest / 256);
  }
}

function single(little: boolean): WireNumber {
  return {
    bytes: 4,
    whole: false,
    range: [-MAX_F32, MAX_F32],
    read: (view, at) => view.getFloat32(at, little),
    write: (view, at, value) => view.setFloat32(at, value, little),
  };
}

function double(little: boolean): WireNumber {
  return {
    bytes: 8,
    whole: false,
    range: [-Number.MAX_VALUE, Number.MAX_VALUE],
    read: (view, at) => view.getFloat64(at, little),
    write: (view, at, value) => view.setFloat64(at, value, little),
  };
}
