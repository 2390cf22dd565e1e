/** What a hub counts. */
import { dropSamples, type Sample } from "../shared/metrics.ts";
import type { Access } from "./access.ts";
import type { CommandIntake } from "./command-intake.ts";
import type { Streams } from "./streams.ts";
import type { Views } from "./views.ts";

interface Counted {
  readonly streams: Streams;
  readonly intake: CommandIntake;
  readonly access: Access;
  readonly views: Views;
}

export function* samples(where: string, { streams, intake, access, views }: Counted): Iterable<Sample> {
  const { clients, groups, events, repeated, ringEvents, ringBytes, full, unreplayed, dropped } = streams.counts();
  const labels = { where };
  yield { name: "gatehouse_sse_clients", labels, value: clients };
  yield { name: "gatehouse_sse_groups", labels, value: groups };
  yield { name: "gatehouse_sse_events_total", labels, value: events };
  yield { name: "gatehouse_sse_repeated_total", labels, value: repeated };
  yield { name: "gatehouse_sse_ring_events", labels, value: ringEvents };
  yield { name: "gatehouse_sse_ring_bytes", labels, value: ringBytes };
  yield* dropSamples(where, { ...dropped, full, unreplayed });
  for (const [reason, value] of Object.entries(access.refused)) {
    yield { name: "gatehouse_http_refused_total", labels: { where, reason }, value };
  }
  const { browsers } = streams;
  yield { name: "gatehouse_browser_outcomes_in_total", labels, value: browsers.counts.in };
  yield { name: "gatehouse_browser_outcomes_told_total", labels, value: browsers.counts.told };
  yield { name: "gatehouse_browser_outcomes_kept", labels, value: browsers.kept };
  const { counts: own, held } = streams.own;
  yield { name: "gatehouse_sse_own_events_total", labels, value: own.in };
  yield { name: "gatehouse_sse_own_told_total", labels, value: own.told };
  yield { name: "gatehouse_sse_own_held", labels, value: held };
  yield* dropSamples(`${where}:own`, { ...own.dropped, unaddressed: browsers.unaddressed });
  yield { name: "gatehouse_browser_commands_in_total", labels, value: intake.counts.in };
  yield { name: "gatehouse_browser_commands_taken_total", labels, value: intake.counts.taken };
  yield* dropSamples(`${where}:outcomes`, { gone: browsers.dropped });
  yield* dropSamples(`${where}:commands`, intake.counts.refused);
  yield { name: "gatehouse_view_data_kept", labels, value: views.told.size };
  yield* dropSamples(`${where}:views`, { oldest: views.told.dropped });
}
