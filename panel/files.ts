import type { SpanStore } from '../src/store/span-store.js';
import type { ForeignTrace, StoredTrace, TraceSource } from '../src/store/stored-trace.js';
import { FileError } from './formats/json.js';
import { readFile } from './formats/read-file.js';
import { writeChrome } from './formats/write-chrome.js';
import { writeOtlp } from './formats/write-otlp.js';
import { writePng } from './formats/write-png.js';
import { writeSvg } from './formats/write-svg.js';
import { formatCount } from './layout/format-count.js';
import { pictureOf } from './layout/picture.js';
import { TimeSlices } from './time-slices.js';

/** What can be saved. */
export type Saved = 'otlp' | 'otlp-all' | 'chrome' | 'chrome-all' | 'svg' | 'png';

/** What became of a file. */
export interface OpenedFile {
  /** Its first trace. */
  readonly trace: StoredTrace | undefined;
  /** What the reader has to know of it: empty where all of it is there. */
  readonly remark: string;
}

/**
 * Reads a file into the store, in slices between which the page goes on. `progress` is told the part (0 to 1) that is done.
 * Throws an error that says what is wrong, and where; then nothing of the file is in the store.
 */
export async function openFile(store: SpanStore, file: File, progress?: (part: number) => void): Promise<OpenedFile> {
  const slices = new TimeSlices();
  try {
    const { traces, spans, cutOff } = await readFile(file, slices, progress);
    store.makeRoom(spans);
    let first: StoredTrace | undefined;
    for (const each of traces) {
      const trace = addTrace(store, each, { kind: 'file', name: file.name });
      first ??= trace;
      if (slices.over) await slices.next();
    }
    store.changed();
    const remark = cutOff
      ? `zonetrace: ${file.name} ends in the middle; the ${formatCount(spans)} spans before are shown`
      : '';
    return { trace: first, remark };
  } catch (cause) {
    throw new Error(`zonetrace: ${file.name} could not be read: ${(cause as Error).message}; ${remedyOf(cause)}`, {
      cause,
    });
  } finally {
    slices.end();
  }
}

function remedyOf(cause: unknown): string {
  return cause instanceof FileError ? cause.remedy : 'choose it again';
}

/** Also while paused, as the reader asked for it. What the store has already is not added again. */
function addTrace(store: SpanStore, trace: ForeignTrace, source: TraceSource): StoredTrace {
  const known = store.traceWithId(trace.traceId);
  if (!known) return store.addForeignTrace(trace, source);
  const spanIds = new Set(known.rows.map((row) => store.record(row)?.context.spanId));
  for (let place = 0; place < trace.size; place++) {
    const record = trace.recordOf(place);
    if (!spanIds.has(record.context.spanId)) store.addForeignSpan(record, trace.serviceOf(place), source);
  }
  // What is open in a file stays so.
  if (known.live === 0) store.settleTrace(known, 0);
  return known;
}

/** A file to save. */
export interface SavedFile {
  readonly name: string;
  readonly content: Blob;
}

/** What the reader wants to save; undefined where there is nothing of it. */
export async function fileOf(
  store: SpanStore,
  trace: StoredTrace | undefined,
  what: Saved,
  now: number,
): Promise<SavedFile | undefined> {
  const rows = what.endsWith('-all') ? store.traces.flatMap((each) => each.rows) : (trace?.rows ?? []);
  if (rows.length === 0) return undefined;
  const stamp = new Date(now).toISOString().slice(0, 19).replace(/\D/g, '-');
  if (trace && what === 'svg') {
    const text = writeSvg(pictureOf(store, trace, now));
    return { name: `trace-${stamp}.svg`, content: new Blob([text], { type: 'image/svg+xml' }) };
  }
  if (trace && what === 'png') {
    return { name: `trace-${stamp}.png`, content: await writePng(pictureOf(store, trace, now)) };
  }
  const spans = rows.flatMap((row) => {
    const record = store.record(row);
    return record ? [{ record, service: store.serviceOf(row) }] : [];
  });
  const [format, text] = what.startsWith('otlp') ? ['otlp', writeOtlp(spans)] : ['chrome', writeChrome(spans, now)];
  return { name: `trace-${stamp}.${format}.json`, content: new Blob([text], { type: 'application/json' }) };
}

/** Gives a file to the reader. */
export function download({ name, content }: SavedFile): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
