/** The page of a solar and weather controller: each element's data goes into the component of its name. */
import { topicOf } from "../../lib/store/topic.ts";
import { fetchDevices } from "../api.ts";
import { find, setText } from "../dom.ts";
import { clockTime } from "../format.ts";
import { deviceOfPath } from "../paths.ts";
import { shared } from "../shared.ts";
import { compassOf } from "../solar/compass.ts";

const SENSORS = 16;
const SILENT_MS = 30_000;
/** The tag of the one record that comes whether the board speaks or not. */
const OWN = "STATISTICS";
const CODES =
  "OK=OK:good On=On:good Calm=Calm:good Tracking=Tracking:good Starting=Starting:warn Gusts=Gusts:warn Manual=Manual:warn " +
  "Moving=Moving:warn Noisy=Noisy:warn Storm=Storm:bad Fault=Fault:bad 'Sensor fault'='Sensor fault':bad Open=Open:bad Short=Short:bad";

const { GhComponent, define, follow, source } = shared();
const { base } = source();
// Before the page is seen: what comes later only fills it.
for (let number = 1; number <= SENSORS; number++) addSensor(number);
const device = await boardOf(location.pathname);
let header = "";
let newest = 0;
/** Null until a record has come. */
let heardAt: number | null = null;

define("gh-compass", compassOf(GhComponent));
find("#device").textContent = device;
for (const place of document.querySelectorAll(".live[id]")) place.setAttribute("topic", topicOf(device, place.id));
for (const chart of document.querySelectorAll("gh-chart")) chart.setAttribute("device", device);
for (const place of document.querySelectorAll("gh-status")) place.setAttribute("codes", CODES);

follow(`${device}/#`, ({ type, value, time }) => {
  if (type === "Error_Message") setText(find("#Error_Message"), String(value));
  if (type === "Header") header = String(value);
  if (header !== OWN && type !== "Error_Message" && time > newest) heardAt = Date.now();
  newest = Math.max(newest, time);
});
// The words do not change while it lasts, so that who listens to the page hears them once.
setInterval(() => {
  setText(find("#silence"), silence());
  find("#waiting").hidden = heardAt !== null;
}, 1000);

function silence(): string {
  return heardAt !== null && Date.now() - heardAt > SILENT_MS ? `No record has come since ${clockTime(heardAt)}.` : "";
}

/** As the address says; else the board of this process, or of the relay where this process has none. */
async function boardOf(path: string): Promise<string> {
  const named = deviceOfPath(base, path, "v/solar");
  if (named !== null) return named;
  const devices = await fetchDevices(base).catch(() => []);
  return devices.some((one) => one.device === "solar/board") ? "solar/board" : "solar-relay/board";
}

/** The template's places are named for the sensor. */
function addSensor(number: number): void {
  const row = document.importNode(find<HTMLTemplateElement>("#sensor").content, true);
  for (const place of row.querySelectorAll<HTMLElement>("[data-name]")) {
    place.id = place.dataset.name!.replace("{n}", String(number));
  }
  row.querySelector("th")!.textContent = String(number);
  find("#sensors").append(row);
}
