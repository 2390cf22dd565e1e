/** Starts the default page that this script stands in: the list of devices, or one device. */
import { openDevicePage } from "./device-page.ts";
import { openListPage } from "./list-page.ts";
import { baseOf, deviceOfPath } from "./paths.ts";

const base = baseOf(import.meta.url);
const { page } = document.body.dataset;

if (page === "index") openListPage(base);
if (page === "device") openDevicePage(base, deviceOfPath(base, location.pathname) ?? "");
