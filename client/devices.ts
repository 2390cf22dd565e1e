/** The insides of components that are made of others: the list of devices, and one device. A page that uses one loads them. */
import type { Openings } from "./components/composed.ts";
import { AnyCommand } from "./devices/any-command.ts";
import { DeviceBody } from "./devices/device-body.ts";
import { ListBody } from "./devices/list-body.ts";

/** A page of a user's own has not the style that ours come with; nothing is shown before it is there. */
async function addStyle(): Promise<void> {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = `${new URL("devices.css", import.meta.url)}${new URL(import.meta.url).search}`;
  const done = new Promise((resolve) => {
    link.onload = link.onerror = resolve;
  });
  document.querySelector("link[rel=stylesheet]")?.after(link);
  if (!link.isConnected) document.head.append(link);
  await done;
}

if (!document.querySelector('link[href*="/devices.css"]')) await addStyle();

customElements.define("gh-any-command", AnyCommand);

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
