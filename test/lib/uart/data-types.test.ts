/** Data types: the predefined GPS, a user's rows, and what is wrong with a row or a value (PROTOCOLS 1.4). */

import fc from "fast-check";
import should from "should";
import { type DataType, DataTypeTable, type Field } from "../../../lib/uart/data-types.ts";
import { FIELD_TYPES, type FieldType } from "../../../lib/uart/field-types.ts";
import { hex } from "./events.ts";

const CLIMATE: DataType = {
  name: "CLI",
  id: 7,
  length: 6,
  fields: [
    { name: "temperature", type: "i16be", scale: 0.01, unit: "°C" },
    { name: "humidity", type: "u8", scale: 0.5, unit: "%" },
    { name: "pressure", type: "u16le", scale: 0.1, offset: 800, unit: "hPa" },
  ],
};

const VALUES = [
  { type: "GPS", value: { longitude: 0, latitude: 0 }, wire: "000000 000000" },
  { type: "GPS", value: { longitude: 19.7121, latitude: 39.45 }, wire: "010203 040506" },
  { type: "GPS", value: { longitude: 123.4567, latitude: 0.0003 }, wire: "87d612 030000" },
  { type: "GPS", value: { longitude: -180, latitude: -90 }, wire: "c088e4 6044f2" },
  { type: "GPS", value: { longitude: 121.5432, latitude: 25.0001 }, wire: "c88b12 91d003" },
  { type: "CLI", value: { temperature: -12.34, humidity: 45.5, pressure: 1013.2 }, wire: "fb2e 5b 5408 00" },
];

describe("DataTypeTable", () => {
  const table = new DataTypeTable([CLIMATE]);

  for (const { type, value, wire } of VALUES) {
    it(`decodes ${wire} as ${type} and encodes it back`, () => {
      table.decode(table.byName(type)!, hex(wire)).should.deepEqual(value);
      table.encode(table.byName(type)!, value).toString("hex").should.equal(hex(wire).toString("hex"));
    });
  }

  it("finds types by name and by id", () => {
    table.byName("CLI")!.should.equal(CLIMATE);
    table.byId(7)!.should.equal(CLIMATE);
    table.byId(1)!.name.should.equal("GPS");
    should(table.byName("XYZ")).be.undefined();
    should(table.byId(9)).be.undefined();
  });

  it("reads bytes that do not begin at their buffer's beginning", () => {
    const bytes = hex("ffff 010203 040506 ff").subarray(2, 8);
    table.decode(table.byName("GPS")!, bytes).should.deepEqual({ longitude: 19.7121, latitude: 39.45 });
  });

  it("lets a row replace a predefined type of the same name, id included", () => {
    const own = new DataTypeTable([{ name: "GPS", id: 2, length: 4, fields: [{ name: "cell", type: "u32be" }] }]);
    own.decode(own.byName("GPS")!, hex("00000102")).should.deepEqual({ cell: 258 });
    should(own.byId(1)).be.undefined();
  });

  it("takes a value's bytes as they are", () => {
    table.encode(table.byName("GPS")!, hex("010203040506")).toString("hex").should.equal("010203040506");
    should(() => table.encode(table.byName("GPS")!, hex("01"))).throw(RangeError, {
      message: 'data type "GPS" has 6 bytes, got 1',
    });
  });

  const WRONG_VALUES: readonly [string, unknown, RegExp][] = [
    ["a field that is missing", { longitude: 1 }, /"GPS", field "latitude" must be a number, got nothing/],
    ["a field that is text", { longitude: "1", latitude: 2 }, /"GPS", field "longitude" must be a number, got "1"/],
    ["a field that is not finite", { longitude: Number.NaN, latitude: 2 }, /field "longitude" must be a number/],
    ["a number that does not fit", { longitude: 839, latitude: 2 }, /field "longitude": 839 does not fit into i24le/],
    ["no object", 5, /field "longitude" must be a number/],
    ["nothing", null, /field "longitude" must be a number/],
  ];
  for (const [name, value, message] of WRONG_VALUES) {
    it(`refuses to encode ${name}`, () => {
      should(() => table.encode(table.byName("GPS")!, value)).throw(message);
    });
  }

  it("refuses to decode bytes of another length", () => {
    should(() => table.decode(table.byName("GPS")!, hex("01"))).throw(/"GPS" has 6 bytes, got 1/);
  });

  const row = (change: Partial<DataType>): DataType => ({ ...CLIMATE, ...change });
  const field = (change: object): DataType => row({ fields: [{ name: "f", type: "u8", ...change } as Field] });
  const WRONG_ROWS: readonly [string, DataType[], RegExp][] = [
    ["a name too short", [row({ name: "AB" })], /data type "AB": the name must be three ASCII/],
    ["a name that is no ASCII", [row({ name: "Ä12" })], /data type "Ä12": the name/],
    ["no name", [row({ name: undefined as never })], /the name must be three ASCII/],
    ["an id out of range", [row({ id: 256 })], /"CLI": id must be 0..255, got 256/],
    ["an id that is taken", [row({ id: 1 })], /"CLI": id 1 is already that of "GPS"/],
    ["a name twice", [CLIMATE, row({ id: 8 })], /"CLI": there are two rows/],
    ["a length out of range", [row({ length: 0 })], /"CLI": length must be 1..255, got 0/],
    ["fields longer than it", [row({ length: 4 })], /"CLI": its fields need 5 bytes, its length is 4/],
    ["a field of no known type", [field({ type: "u12" })], /"CLI", field "f": type must be one of u8, .*, got u12/],
    ["a field type of an object's own machinery", [field({ type: "constructor" })], /type must be one of/],
    ["a scale of 0", [field({ scale: 0 })], /field "f": scale must be a number other than 0, got 0/],
    ["an offset that is no number", [field({ offset: Number.NaN })], /field "f": offset must be a number/],
    ["a field without a name", [field({ name: "" })], /field "": the name must be given/],
    ["a field called __proto__", [field({ name: "__proto__" })], /field "__proto__": the name/],
    [
      "two fields of one name",
      [row({ fields: [CLIMATE.fields[0]!, CLIMATE.fields[0]!] })],
      /field "temperature": there are two/,
    ],
  ];
  for (const [name, types, message] of WRONG_ROWS) {
    it(`refuses a row with ${name}`, () => {
      should(() => new DataTypeTable(types)).throw(message);
    });
  }

  it("encodes what it decoded to the same bytes, whatever the whole-number type and scale", () => {
    const whole = (Object.keys(FIELD_TYPES) as FieldType[]).filter((type) => FIELD_TYPES[type].whole);
    const property = fc.property(
      fc.constantFrom(...whole),
      fc.constantFrom(1, 0.1, 1e-4, 0.5, 3, -2, 0.003),
      fc.constantFrom(0, -40, 273.15),
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      (type, scale, offset, bytes) => {
        const own = new DataTypeTable([{ name: "T00", length: 4, fields: [{ name: "f", type, scale, offset }] }]);
        const sent = bytes.fill(0, FIELD_TYPES[type].bytes);
        const value = own.decode(own.byName("T00")!, sent);
        own.encode(own.byName("T00")!, value).should.deepEqual(Buffer.from(sent));
      },
    );
    fc.assert(property, { numRuns: 1000 });
  });
});
