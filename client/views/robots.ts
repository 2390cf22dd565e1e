/** Starts the competition's screen: `/v/robots`. */
import { openRobotsPage } from "../robots/robots-page.ts";

openRobotsPage();
