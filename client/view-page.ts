/** A page made of components: its indicator tells of their connection, which lasts as long as the page. */
import { source } from "./components/page-source.ts";
import { connectionIndicator } from "./connection.ts";
import { keepOpen } from "./page.ts";

export function openViewPage(): void {
  const own = source();
  keepOpen(own.live);
  const place = document.querySelector<HTMLElement>(".connection");
  if (!place) return;
  const connection = connectionIndicator();
  own.watch({
    state(state) {
      connection.state(state);
      // A page whose parts load data says itself when they have it.
      if (state.name === "live" && !("loads" in document.body.dataset)) document.body.dataset.loaded = "true";
    },
    gap: () => connection.gap(),
  });
}
