import type { SpanStore, StoredTrace } from '../src/store/span-store.js';
import { addSpans } from './add-spans.js';
import { readFile } from './formats/read-file.js';
import { writeChrome } from './formats/write-chrome.js';
import { writeOtlp } from './formats/write-otlp.js';
import { writeSvg } from './formats/write-svg.js';

/** More than a page keeps, as the reader wants to see the file; a record takes about half a kilobyte. */
const MAX_SPANS = 2_000_000;

/** What can be saved. */
export type Saved = 'otlp' | 'otlp-all' | 'chrome' | 'chrome-all' | 'svg';

/** Reads a file into the store and answers its first trace. Throws an error that says what is wrong, and where. */
export async function openFile(store: SpanStore, file: Blob & { name?: string }): Promise<StoredTrace | undefined> {
  const name = file.name ?? 'the file';
  try {
    const spans = readFile(await file.text());
    if (spans.length === 0) throw new Error('there are no spans in it');
    if (spans.length > MAX_SPANS) throw new Error(`it has ${spans.length} spans, and ${MAX_SPANS} can be shown`);
    store.maxSpans = Math.max(store.maxSpans, store.size + spans.length);
    return addSpans(store, spans, { kind: 'file', name });
  } catch (cause) {
    throw new Error(`zonetrace: ${name} could not be read; ${(cause as Error).message}`, { cause });
  }
}

/** The text of a file to save, with its name. */
export function fileOf(
  store: SpanStore,
  trace: StoredTrace | undefined,
  what: Saved,
  now: number,
): { name: string; type: string; text: string } | undefined {
  const rows = what.endsWith('-all') ? store.traces.flatMap((each) => each.rows) : (trace?.rows ?? []);
  if (rows.length === 0) return undefined;
  const stamp = new Date(now).toISOString().slice(0, 19).replace(/\D/g, '-');
  if (what === 'svg') {
    return trace && { name: `trace-${stamp}.svg`, type: 'image/svg+xml', text: writeSvg(store, trace, now) };
  }
  const spans = rows.flatMap((row) => {
    const record = store.record(row);
    return record ? [{ record, service: store.serviceOf(row) }] : [];
  });
  const [format, text] = what.startsWith('otlp') ? ['otlp', writeOtlp(spans)] : ['chrome', writeChrome(spans, now)];
  return { name: `trace-${stamp}.${format}.json`, type: 'application/json', text };
}

/** Gives a file to the reader. */
export function download({ name, type, text }: { name: string; type: string; text: string }): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
