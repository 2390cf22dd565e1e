/** Defines the components, for the page that this script stands in and for those that it has of its own. */
import { GhButton } from "./components/button.ts";
import { GhComponent } from "./components/component.ts";
import { GhControl } from "./components/control.ts";
import { define } from "./components/define.ts";
import { openSource } from "./components/page-source.ts";
import { GhStatus, GhValue } from "./components/value.ts";
import { GhView } from "./components/view.ts";
import { h } from "./dom.ts";
import { baseOf } from "./paths.ts";
import { openViewPage } from "./view-page.ts";

/** For a page's own components; one object however often this script is loaded. */
const api = { GhComponent, GhControl, define, h };
const isFirst = !("gatehouse" in globalThis);
if (isFirst) Object.assign(globalThis, { gatehouse: api });
const shared = (globalThis as unknown as { gatehouse: typeof api }).gatehouse;

if (isFirst) start(baseOf(import.meta.url));

function start(base: string): void {
  openSource(base);
  customElements.define("gh-view", GhView);
  define("gh-value", GhValue);
  define("gh-status", GhStatus);
  define("gh-button", GhButton);
  openViewPage();
}

export { shared as gatehouse };
