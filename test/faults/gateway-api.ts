/** What client programs may do to a mesh gateway: a million random requests, and a gateway on real sockets among idle, deaf and hasty clients. */

import type { FaultFigure } from "./fault.ts";
import { fuzzRequests } from "./gateway-api/fuzz.ts";
import { besiege } from "./gateway-api/siege.ts";

export default async function run(): Promise<FaultFigure[]> {
  return [await fuzzRequests(), ...(await besiege())];
}
