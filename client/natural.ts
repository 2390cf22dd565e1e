/** The order of names for people. */
export { compareDevices as compareNames } from "../lib/store/devices.ts";
