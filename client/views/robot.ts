/** Starts the page of one robot: `/v/robot/robot/<name>`, or `/v/robot/<name>`. */
import { baseOfView, deviceOfPath } from "../paths.ts";
import { openRobotPage } from "../robots/robot-page.ts";

const base = baseOfView(import.meta.url);
const device = deviceOfPath(base, location.pathname, "v/robot") ?? "";
openRobotPage(device.includes("/") ? device : `robot/${device}`);
