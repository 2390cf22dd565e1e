/** `gh-compass`: a direction in words, and as a needle. */
import type { GhComponent } from "../components/component.ts";
import { svg } from "../dom.ts";

const POINTS = "N NNE NE ENE E ESE SE SSE S SSW SW WSW W WNW NW NNW".split(" ");

/** The class to extend is that of the page, not one of this script's own. */
export function compassOf(Component: typeof GhComponent): typeof GhComponent {
  return class extends Component {
    override generate(): void {
      super.generate();
      const circle = svg("circle", { r: "46" });
      const marks = svg("path", { d: "M0-46v8M46 0h-8M0 46v-8M-46 0h8" });
      const needle = svg("path", { class: "needle", part: "needle", d: "M0-34 9 16 0 10-9 16z" });
      const box = { viewBox: "-50 -50 100 100", part: "rose", "aria-hidden": "true" };
      this.root.append(svg("svg", box, circle, marks, needle));
    }

    override render(): void {
      super.render();
      const point = POINTS.indexOf(String(this.value));
      const { style } = this.place("needle");
      style.rotate = `${point * 22.5}deg`;
      style.opacity = point < 0 ? "0" : "1";
    }
  };
}
