/** Defines the components, for the page that this script stands in and for those that it has of its own. */
import { GhButton } from "./components/button.ts";
import { GhComponent } from "./components/component.ts";
import { composed } from "./components/composed.ts";
import { GhControl } from "./components/control.ts";
import { define } from "./components/define.ts";
import { GhForm } from "./components/form.ts";
import { GhGauge } from "./components/gauge.ts";
import { GhInput } from "./components/input.ts";
import { lazy } from "./components/lazy.ts";
import { openSource, source } from "./components/page-source.ts";
import { GhSlider } from "./components/slider.ts";
import { GhStatus } from "./components/status.ts";
import { GhSwitch } from "./components/switch.ts";
import { GhValue } from "./components/value.ts";
import { GhView } from "./components/view.ts";
import { follow, onData } from "./components/view-of-page.ts";
import { h } from "./dom.ts";
import { keepRenewed } from "./renewal.ts";
import { openViewPage } from "./view-page.ts";

const COMPONENTS: Readonly<Record<string, typeof GhComponent>> = {
  "gh-value": GhValue,
  "gh-gauge": GhGauge,
  "gh-status": GhStatus,
  "gh-chart": lazy("chart.js", 500),
  "gh-table": lazy("parts.js", 0),
  "gh-log": lazy("parts.js", 50),
  "gh-image": lazy("parts.js", 0),
  "gh-track": lazy("parts.js", 300),
  "gh-button": GhButton,
  "gh-switch": GhSwitch,
  "gh-slider": GhSlider,
  "gh-input": GhInput,
  "gh-form": GhForm,
};

/** For a page's own components; one object however often this script is loaded. */
const api = { GhComponent, GhControl, define, follow, h, onData, source };
const isFirst = !("gatehouse" in globalThis);
if (isFirst) Object.assign(globalThis, { gatehouse: api });
const shared = (globalThis as unknown as { gatehouse: typeof api }).gatehouse;

if (isFirst) start();

function start(): void {
  openSource(import.meta.url);
  customElements.define("gh-view", GhView);
  for (const [name, component] of Object.entries(COMPONENTS)) define(name, component);
  for (const name of ["gh-devices", "gh-device"]) customElements.define(name, composed("devices.js"));
  openViewPage();
  keepRenewed(source());
}

export { shared as gatehouse };
