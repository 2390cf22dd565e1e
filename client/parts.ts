/** The insides of components that need room: lists, pictures and tracks. A page that uses one loads them. */

import type { GhComponent } from "./components/component.ts";
import type { Bodies, Body } from "./components/lazy.ts";
import { ImageBody } from "./parts/image.ts";
import { LogBody } from "./parts/log.ts";
import css from "./parts/parts.shadow.css";
import { TableBody } from "./parts/table.ts";
import { TrackBody } from "./parts/track.ts";

const KINDS: Readonly<Record<string, new (host: GhComponent) => Body>> = {
  "gh-table": TableBody,
  "gh-log": LogBody,
  "gh-image": ImageBody,
  "gh-track": TrackBody,
};

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

export const bodies: Bodies = Object.fromEntries(
  Object.entries(KINDS).map(([name, Kind]) => [
    name,
    (host) => {
      host.root.adoptedStyleSheets.push(sheet);
      return new Kind(host);
    },
  ]),
);
