import { relative } from 'node:path';
import { ROOT } from './setup.js';

/**
 * A reporter of `node --test` that writes JSON: `{ passed, skipped, failed: { name }[], files: { name, ms }[] }`:
 * of tests without tests of their own, and of files that broke; `ms` is how long the tests of a file took.
 */
export default async function* reportFailures(source) {
  let passed = 0;
  let skipped = 0;
  const failed = [];
  const files = new Map();
  for await (const { type, data } of source) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.nesting === 0 && data.file) {
      const name = relative(ROOT, data.file);
      files.set(name, (files.get(name) ?? 0) + data.details.duration_ms);
    }
    if (data.details?.type === 'suite' && data.details?.error?.failureType !== 'hookFailed') continue;
    if (data.skip !== undefined || data.todo !== undefined) skipped++;
    else if (type === 'test:pass') passed++;
    else failed.push({ name: data.name });
  }
  yield JSON.stringify({ passed, skipped, failed, files: [...files].map(([name, ms]) => ({ name, ms })) });
}
