/** Answers the place of the n-th visible element of the panel that matches a selector and has a text in it. Runs in the page. */
function placeOf(selector, text, nth) {
  const found = [];
  let tree;
  /** Rows out of sight do not exist: on to the next ones, and from the last again to the first. */
  const turnWheel = () => {
    if (!tree) return;
    const isAtEnd = tree.scrollTop + tree.clientHeight >= tree.scrollHeight - 1;
    tree.scrollTop = isAtEnd ? 0 : tree.scrollTop + tree.clientHeight / 2;
  };
  const walk = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.matches(selector) && element.textContent.includes(text) && element.checkVisibility())
        found.push(element);
      if (element.matches('[aria-label=Spans]')) tree = element;
      if (element.shadowRoot) walk(element.shadowRoot);
    }
  };
  walk(document.querySelector('zonetrace-panel').shadowRoot);
  const element = found.at(nth);
  if (!element) {
    turnWheel();
    return undefined;
  }
  element.scrollIntoView({ block: 'nearest' }); // a turn of the wheel
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left + width * 0.45, y: top + height / 2 };
}

/** Runs in the page. */
function threeFrames() {
  return new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
}

/** Runs in the page: no span has come since it was asked before, as those of the servers do late, and move the rows. */
function isAtRest() {
  const { size } = window.tracing.store;
  const isSame = window.sizeBefore === size;
  window.sizeBefore = size;
  return isSame;
}

/** Selectors of rows in the list of traces and in the tree. */
export const TRACE = '[aria-label=Traces] .row';
export const SPAN = '[aria-label=Spans] .row';

/** The hand of a reader on the panel of a tab of openShop, which counts its clicks. */
export function handOn({ page }) {
  const hand = {
    clicks: 0,
    async click(selector, text = '', { nth = 0, holding } = {}) {
      await page.waitForFunction(isAtRest, { polling: 400 });
      const place = await page.waitForFunction(placeOf, { polling: 60 }, selector, text, nth);
      const { x, y } = await place.jsonValue();
      if (holding) await page.keyboard.down(holding);
      await page.mouse.click(x, y);
      if (holding) await page.keyboard.up(holding);
      hand.clicks++;
      await page.evaluate(threeFrames);
    },
  };
  return hand;
}
