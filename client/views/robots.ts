/** Starts the competition's screen: `/v/robots`. */
import { baseOfView } from "../paths.ts";
import { openRobotsPage } from "../robots/robots-page.ts";

openRobotsPage(baseOfView(import.meta.url));
