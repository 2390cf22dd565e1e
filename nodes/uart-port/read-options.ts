/** Reads the fields of a uart-port: which device, how fast, how much may wait. */
import type { SerialOptions } from "../shared/byte-link.ts";
import { type DevicePath, parseDevicePath } from "../shared/device-path.ts";
import { choiceOption, type Fields, flagOption, integerOption, textOption } from "../shared/options.ts";

export interface UartPortOptions {
  readonly device: DevicePath;
  /** As the user wrote it. */
  readonly deviceText: string;
  readonly serial: SerialOptions;
  readonly queueBytes: number;
}

export function readPortOptions(fields: Fields): UartPortOptions {
  const deviceText = textOption(fields, "device");
  return {
    device: parseDevicePath(deviceText),
    deviceText,
    serial: readSerialOptions(fields),
    queueBytes: integerOption(fields, "queueBytes", [256, 16 * 1024 * 1024], 65_536),
  };
}

/** 115200 8N1 where nothing else is said (PROTOCOLS 1). */
export function readSerialOptions(fields: Fields): SerialOptions {
  return {
    baudRate: integerOption(fields, "baudRate", [50, 12_000_000], 115_200),
    dataBits: Number(choiceOption(fields, "dataBits", ["5", "6", "7", "8"], "8")) as SerialOptions["dataBits"],
    stopBits: Number(choiceOption(fields, "stopBits", ["1", "1.5", "2"], "1")) as SerialOptions["stopBits"],
    parity: choiceOption(fields, "parity", ["none", "even", "odd", "mark", "space"], "none"),
    rtscts: flagOption(fields, "rtscts", false),
  };
}
