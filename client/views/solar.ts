/** The page of a solar and weather controller: each element's data goes into the place of its name. */
import { find, setText } from "../dom.ts";
import { clockTime } from "../format.ts";
import { baseOfView, deviceOfPath } from "../paths.ts";

const SENSORS = 16;
const SILENT_MS = 30_000;
/** The tag of the one record that comes whether the board speaks or not. */
const OWN = "STATISTICS";

const base = baseOfView(import.meta.url);
const device = await boardOf(location.pathname);
const topic = encodeURIComponent(`${device}/#`);
/** A relay may hold a lease for each browser: this page is one of its own. */
const browser = crypto.getRandomValues(new Uint32Array(2)).join("-");
let header = "";
let heardAt = Date.now();

find("#device").textContent = device;
for (let number = 1; number <= SENSORS; number++) addSensor(number);

const stream = new EventSource(`${base}/elements?topic=${topic}&latest=1&browser=${browser}`);
stream.onopen = () => {
  showConnection("live", "Live");
  document.body.dataset.loaded = "true";
};
stream.onerror = () =>
  stream.readyState === EventSource.CLOSED
    ? showConnection("refused", "No access")
    : showConnection("reconnecting", "Reconnecting");
stream.onmessage = ({ data, lastEventId }) => {
  const { Element: name, Data: text } = JSON.parse(data) as { Element: string; Data: string };
  const place = document.getElementById(name);
  if (place?.classList.contains("live")) {
    place.textContent = text;
    place.dataset.value = text;
  }
  // Current values come first, before any id: nobody knows how old they are. A relay's elements come after one, without their own.
  if (name === "Header") header = text;
  if (lastEventId !== "" && header !== OWN && name !== "Error_Message") heardAt = Date.now();
};
// The words do not change while it lasts, so that who listens to the page hears them once.
setInterval(() => {
  const isSilent = Date.now() - heardAt > SILENT_MS;
  setText(find("#silence"), isSilent ? `No record has come since ${clockTime(heardAt)}.` : "");
}, 1000);

/** As the address says; else the board of this process, or of the relay where this process has none. */
async function boardOf(path: string): Promise<string> {
  const named = deviceOfPath(base, path, "v/solar");
  if (named !== null) return named;
  const answer = await fetch(`${base}/devices`);
  const devices = answer.ok ? ((await answer.json()) as { device: string }[]) : [];
  return devices.some((one) => one.device === "solar/board") ? "solar/board" : "solar-relay/board";
}

/** The template's places are named for the sensor. */
function addSensor(number: number): void {
  const row = find<HTMLTemplateElement>("#sensor").content.cloneNode(true) as DocumentFragment;
  for (const place of row.querySelectorAll<HTMLElement>("[data-name]")) {
    place.id = place.dataset.name!.replace("{n}", String(number));
  }
  row.querySelector("th")!.textContent = String(number);
  find("#sensors").append(row);
}

function showConnection(state: string, text: string): void {
  const place = find(".connection");
  place.dataset.state = state;
  place.textContent = text;
}
