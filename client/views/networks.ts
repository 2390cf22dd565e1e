/** Starts the overview of all networks and browsers: `/v/networks`. */
import { openNetworksPage } from "../networks-page.ts";
import { baseOfView } from "../paths.ts";

openNetworksPage(baseOfView(import.meta.url));
