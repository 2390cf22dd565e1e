/** Makes elements and changes them only where something is different. Text goes in as text, never as markup. */

type Attributes = Readonly<Record<string, string>>;

const SVG = "http://www.w3.org/2000/svg";

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  setAll(element, attributes);
  element.append(...children);
  return element;
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Node[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag);
  setAll(element, attributes);
  element.append(...children);
  return element;
}

function setAll(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

/** A text that stands alone is changed where it is: that costs a browser less than another one. */
export function setText(element: Element, text: string): void {
  const only = element.firstChild;
  if (only?.nodeType !== Node.TEXT_NODE || only.nextSibling) element.textContent = text;
  else if (only.nodeValue !== text) only.nodeValue = text;
}

export function setAttribute(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** An element that the page's HTML promises. */
export function find<T extends HTMLElement = HTMLElement>(selector: string): T {
  const element = document.querySelector<T>(selector);
  if (!element) throw new Error(`the page has no ${selector}`);
  return element;
}

/** Nobody reads numbers faster than this, and a thousand devices change many at once. */
const LEAST_MS = 100;

/** Runs `work` once in a next frame, however often it is asked for before; a quiet page's first change is drawn at once. */
export function onFrame(work: () => void): () => void {
  let asked = false;
  let drawnAt = Number.NEGATIVE_INFINITY;
  const draw = (now: number) => {
    asked = false;
    drawnAt = now;
    work();
  };
  return () => {
    if (asked) return;
    asked = true;
    setTimeout(() => requestAnimationFrame(draw), Math.max(0, drawnAt + LEAST_MS - performance.now()));
  };
}

/** Puts `element` among its parent's children, which are in order, where `compare` says. */
export function insertSorted<T extends Element>(parent: Element, element: T, compare: (a: T, b: T) => number): void {
  const children = parent.children as HTMLCollectionOf<T>;
  let low = 0;
  let high = children.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(children[middle]!, element) > 0) high = middle;
    else low = middle + 1;
  }
  parent.insertBefore(element, children[low] ?? null);
}
