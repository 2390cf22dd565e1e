/** Starts the monitoring page of a mesh: `/v/mesh`, or of another network `/v/mesh/<network>`. */
import { openMeshPage } from "../mesh/mesh-page.ts";
import { baseOfView, deviceOfPath } from "../paths.ts";

const base = baseOfView(import.meta.url);
openMeshPage(base, deviceOfPath(base, location.pathname, "v/mesh") ?? "mesh");
