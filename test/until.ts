/** ms: below mocha's own, whose message does not say what was waited for. A slow machine needs some, a broken page for ever. */
const PATIENCE = 25_000;

/** Asks until there is an answer, and gives it. */
export async function until<T>(ask: () => T, what = String(ask)): Promise<NonNullable<Exclude<T, false>>> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const answer = ask();
    if (answer) return answer as NonNullable<Exclude<T, false>>;
    if (Date.now() > end) throw new Error(`waited ${PATIENCE} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
