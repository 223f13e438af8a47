import { writeFileSync } from 'node:fs';
import { gzipped, minifiedByModule } from './parts.js';
import { ENTRIES } from './sizes.js';

/** What may be added before somebody has to say why. */
const ROOM = 1.03;

const withRoom = (bytes) => Math.ceil((bytes * ROOM) / 100) * 100;

/** Sets the budgets of test/sizes.test.js to what there is now: bytes after gzip, and of each module as minified. */
const budgets = {};
for (const [entry, make] of Object.entries(ENTRIES)) {
  const chunks = await make();
  const sizes = chunks.map(({ code }) => gzipped(code));
  const modules = Object.entries(minifiedByModule(chunks)).sort(([a], [b]) => a.localeCompare(b));
  budgets[entry] = {
    first: withRoom(sizes[0]),
    total: withRoom(sizes.reduce((sum, size) => sum + size)),
    modules: Object.fromEntries(modules),
  };
}
writeFileSync(new URL('../size-budgets.json', import.meta.url), `${JSON.stringify(budgets, null, 2)}\n`);
