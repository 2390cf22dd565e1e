/** Starts the page of the device bridge: `/v/bridge`, or of another network than `site` `/v/bridge/<network>`. */
import { openBridgePage } from "../bridge/bridge-page.ts";
import { baseOfView, deviceOfPath } from "../paths.ts";

openBridgePage(deviceOfPath(baseOfView(import.meta.url), location.pathname, "v/bridge") ?? "site");
