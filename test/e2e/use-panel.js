/** Runs in the page: clicks on the n-th element of the panel's shadow trees that matches; answers whether there is one. */
function clickInPanel(selector, nth) {
  const panel = document.querySelector('zonetrace-panel');
  const found = [];
  const walk = (root) => {
    found.push(...root.querySelectorAll(selector));
    for (const element of root.querySelectorAll('*')) if (element.shadowRoot) walk(element.shadowRoot);
  };
  if (panel) walk(panel.shadowRoot);
  const element = found[nth % found.length];
  element?.click();
  return element !== undefined;
}

const SHORTCUT = ['Alt', 'Shift', 'KeyZ'];

async function pressShortcut(page) {
  for (const key of SHORTCUT) await page.keyboard.down(key);
  for (const key of [...SHORTCUT].reverse()) await page.keyboard.up(key);
}

/**
 * Opens the panel of a page. `look(i)` looks at another view and another trace; `close()` closes it, after it was in a window
 * of its own with `popOut`.
 */
export async function usePanel(page, { popOut = false } = {}) {
  await pressShortcut(page);
  const click = (selector, nth) =>
    page.waitForFunction(clickInPanel, { polling: 20 }, selector, nth).then((handle) => handle.dispose());
  await click('.views button', 0);
  return {
    async look(i) {
      await click('.views button', i % 4);
      await click('[aria-label=Traces] .body .row', i);
    },
    async close() {
      if (popOut) {
        await click('.views button', 0);
        const opened = new Promise((resolve) => page.once('popup', resolve));
        await page.click('#search'); // a window may be opened after a gesture only
        await click('[data-command=pop-out]', 0);
        const popup = await opened;
        await popup.close();
        await page.waitForFunction(() => document.querySelector('zonetrace-panel'));
      }
      await pressShortcut(page);
      await page.waitForFunction(() => !document.querySelector('zonetrace-panel'));
    },
  };
}
