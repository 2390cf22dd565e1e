/** What is made of parts that load by themselves is shown when it has its size: nothing jumps under who begins to read. */

const LOOK_MS = 50;
/** Rather shown as it is than waited for any longer. */
const MOST_MS = 1_500;
const LOADING = ":is(gh-devices, gh-device):not([data-loaded], [data-failed]), .card-body > :not([state])";

export function settle(element: HTMLElement): void {
  const end = Date.now() + MOST_MS;
  let height = -1;
  element.classList.add("settling");
  const clock = setInterval(() => {
    const isStill = element.scrollHeight === height && !element.querySelector(LOADING);
    height = element.scrollHeight;
    if (!isStill && Date.now() < end) return;
    clearInterval(clock);
    element.classList.remove("settling");
  }, LOOK_MS);
}
