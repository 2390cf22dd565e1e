/** The insides of components that are made of others: the list of devices, and one device. A page that uses one loads them. */
import type { Openings } from "./components/composed.ts";
import { DeviceBody } from "./devices/device-body.ts";
import { ListBody } from "./devices/list-body.ts";

const KINDS = { "gh-devices": ListBody, "gh-device": DeviceBody };

export const openings: Openings = Object.fromEntries(
  Object.entries(KINDS).map(([name, Kind]) => [
    name,
    (host) => {
      const body = new Kind(host);
      return () => body.close();
    },
  ]),
);
