import type { ForeignTrace } from '../../src/store/stored-trace.js';
import { type Breaks, NO_BREAKS } from './breaks.js';
import { ChromeEvents } from './chrome-events.js';
import { EventReader } from './event-reader.js';
import { FileError, isObject, objectAt, Place, WHOLE } from './json.js';
import { OtlpFile } from './otlp-file.js';
import { parseJson, type ReadSpans, type TakeSpans } from './parse-json.js';
import { readChrome } from './read-chrome.js';
import { readJaeger } from './read-jaeger.js';
import { readZipkin } from './read-zipkin.js';
import { type Reading, TraceCollector } from './traces.js';

/** Bytes: what is read of longer files would not fit into the memory of a page. */
export const MAX_LENGTH = 1024 * 1024 * 1024;

/**
 * More than a page keeps, as the reader wants to see the file. A span of Chrome's files takes about 115 bytes of memory, one of
 * OTLP about as much and its attributes, one of the others, whose records are kept, more.
 */
const MAX_SPANS = 2_000_000;

/** Bytes of an event of Chrome's that has little more than a name and its times. */
const SHORT_EVENT = 64;

/** Bytes of a span of OTLP that has little more than its ids, a name and its times. */
const SHORT_SPAN = 128;

/** What to do where there is more than can be shown. */
const SMALLER = 'save a part of it';

/** The part of the work that parsing is, about. */
const PARSING = 0.6;

/** Spans between two looks at the clock. */
const STEPS = 128;

export interface ReadFile {
  readonly traces: readonly ForeignTrace[];
  readonly spans: number;
  /** The file ends in the middle; what was whole before is there. */
  readonly cutOff: boolean;
}

/**
 * Reads the spans of a file: OTLP JSON (also one request a line), Jaeger JSON, Zipkin v2 or Chrome Trace Event. Throws a
 * `FileError` that names the place where the file is not as it should be. `progress` is told the part that is done.
 */
export async function readFile(
  file: Blob,
  breaks: Breaks = NO_BREAKS,
  progress: (part: number) => void = () => {},
): Promise<ReadFile> {
  if (file.size > MAX_LENGTH)
    throw new FileError('', `the file is longer than ${MAX_LENGTH / 1024 / 1024} MB`, { remedy: SMALLER });
  try {
    const collector = new TraceCollector();
    const chrome = new ChromeEvents(Math.min(MAX_SPANS, Math.ceil(file.size / SHORT_EVENT)));
    const otlp = new OtlpFile(Math.min(MAX_SPANS, Math.ceil(file.size / SHORT_SPAN)));
    const reader = new EventReader();
    const take: TakeSpans = (key, elements, list, texts) => {
      if (!OtlpFile.has(key)) return takeEvents(chrome, key, elements);
      otlp.take(key, elements, list, texts);
      if (otlp.size > MAX_SPANS) throw tooMany();
      return true;
    };
    const read: ReadSpans = (key, bytes, from, until, list) =>
      OtlpFile.has(key)
        ? otlp.readOn(key, bytes, from, until, list)
        : reader.read(bytes, from, until, (events) => addEvents(chrome, events, key));
    const { values, lines, cutOff } = await parseJson(file, breaks, (part) => progress(part * PARSING), take, read);
    if (values.length === 0 && !cutOff) throw new FileError('', 'the file is empty');
    for (let i = 0; i < values.length; i++) {
      const line = values.length > 1 ? `line ${lines[i]}` : '';
      const isCut = cutOff && i === values.length - 1;
      await inSlices(inLine(readValue(values[i], { collector, chrome, otlp }, isCut), line), breaks);
      progress(PARSING + ((1 - PARSING) * (i + 1)) / values.length);
    }
    const traces: ForeignTrace[] = [];
    await inSlices(readChrome(chrome, collector), breaks, (trace) => traces.push(trace), 1);
    await inSlices(otlp.traces(), breaks, (trace) => traces.push(trace), 1);
    await inSlices(collector.traces(), breaks, (trace) => traces.push(trace), 1);
    const spans = traces.reduce((sum, { size }) => sum + size, 0);
    if (spans > 0) return { traces: traces.filter(({ size }) => size > 0), spans, cutOff };
    throw new FileError('', cutOff ? 'it ends before the first span does' : 'there are no spans in it');
  } catch (cause) {
    // The stack of the browser ends where values lie too deep within each other; Firefox has its own error for that.
    const isStack = cause instanceof RangeError || (cause as Error).name === 'InternalError';
    throw isStack ? new FileError('', 'values are nested too deeply', { cause }) : cause;
  }
}

async function inSlices<T>(
  work: Iterable<T>,
  breaks: Breaks,
  take: (made: T) => void = () => {},
  steps = STEPS,
): Promise<void> {
  let step = 0;
  for (const made of work) {
    take(made);
    if (++step % steps === 0 && breaks.over) await breaks.next();
  }
}

/** The elements of a long list, where they are Chrome's events: too many to be kept as they are. */
function takeEvents(chrome: ChromeEvents, key: string, elements: readonly unknown[]): boolean {
  const isOne = key === 'traceEvents' || (key === '' && (chrome.count > 0 || isEvent(elements[0])));
  if (isOne) addEvents(chrome, elements, key);
  return isOne;
}

function addEvents(chrome: ChromeEvents, elements: readonly unknown[], key: string): void {
  const at = new Place(undefined, key);
  for (const element of elements) chrome.add(element, at);
  if (chrome.count > MAX_SPANS) throw tooMany();
}

function isEvent(value: unknown): boolean {
  return isObject(value) && 'ph' in value;
}

function tooMany(): FileError {
  return new FileError('', `it has more than ${MAX_SPANS} spans, which is all that can be shown`, { remedy: SMALLER });
}

function* inLine(reading: Reading, line: string): Reading {
  try {
    yield* reading;
  } catch (cause) {
    throw line && cause instanceof FileError
      ? new FileError(line, cause.message, { cause, remedy: cause.remedy })
      : cause;
  }
}

/** What takes the spans of a file, by its format. */
interface Takers {
  readonly collector: TraceCollector;
  readonly chrome: ChromeEvents;
  readonly otlp: OtlpFile;
}

function* readValue(value: unknown, { collector, chrome, otlp }: Takers, isCut: boolean): Reading {
  if (Array.isArray(value)) {
    if (chrome.count > 0 || isEvent(value[0])) addEvents(chrome, value, '');
    else yield* readZipkin(value, collector);
    return;
  }
  const file = objectAt(value, WHOLE);
  if ('traceEvents' in file) addEvents(chrome, listAt(file['traceEvents'], 'traceEvents'), 'traceEvents');
  else if ('resourceSpans' in file || 'resource_spans' in file) yield* otlp.read(file);
  else if (Array.isArray(file['data'])) yield* readJaeger(file, collector);
  else if (!isCut) {
    throw new FileError(
      '',
      'this is none of OTLP JSON (resourceSpans), Jaeger JSON (data), Zipkin v2 (an array) and Chrome Trace Event (traceEvents)',
    );
  }
}

function listAt(value: unknown, place: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new FileError(place, 'an array is expected here');
}
