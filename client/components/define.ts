/** Gives a component its name; the second to take it is told, and nothing breaks. */
import type { GhComponent } from "./component.ts";

export function define(name: string, component: typeof GhComponent): void {
  if (customElements.get(name)) console.warn(`gatehouse: there is a component ${name} already`);
  else customElements.define(name, component);
}
