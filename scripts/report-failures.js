import { relative } from 'node:path';
import { ROOT } from './setup.js';

/**
 * A reporter of `node --test` that writes JSON: `{ passed, skipped, failed: { file, name }[] }`, of tests without tests
 * of their own, and of files that broke.
 */
export default async function* reportFailures(source) {
  let passed = 0;
  let skipped = 0;
  const failed = [];
  for await (const { type, data } of source) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.details?.type === 'suite' && data.details?.error?.failureType !== 'hookFailed') continue;
    if (data.skip !== undefined || data.todo !== undefined) skipped++;
    else if (type === 'test:pass') passed++;
    else failed.push({ file: relative(ROOT, data.file ?? data.name), name: data.name });
  }
  yield JSON.stringify({ passed, skipped, failed });
}
