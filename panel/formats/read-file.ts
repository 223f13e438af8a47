import { FileError, isObject, type JsonObject, objectAt } from './json.js';
import { readChrome } from './read-chrome.js';
import { readJaeger } from './read-jaeger.js';
import { readOtlp } from './read-otlp.js';
import { readZipkin } from './read-zipkin.js';
import { breakCircles, type ReadSpan } from './span.js';

/** Characters: a browser holds no much longer text, and the store no more spans. */
export const MAX_LENGTH = 256 * 1024 * 1024;

/**
 * The spans of a file: OTLP JSON (also one request a line), Jaeger JSON, Zipkin v2 or Chrome Trace Event. Throws a
 * `FileError` that names the place where the file is not as it should be.
 */
export function readFile(text: string): ReadSpan[] {
  if (text.length > MAX_LENGTH) throw new FileError('', `the file is longer than ${MAX_LENGTH / 1024 / 1024} MB`);
  try {
    const spans = readAny(text.replace(/^\uFEFF/, '').trim());
    breakCircles(spans);
    return spans;
  } catch (cause) {
    // The stack of the browser ends where values lie too deep within each other; Firefox has its own error for that.
    const isStack = cause instanceof RangeError || (cause as Error).name === 'InternalError';
    throw isStack ? new FileError('', 'values are nested too deeply', { cause }) : cause;
  }
}

function readAny(text: string): ReadSpan[] {
  if (text === '') throw new FileError('', 'the file is empty');
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch (cause) {
    return readLines(text, cause);
  }
  if (Array.isArray(file)) {
    const first: unknown = file[0];
    if (file.length === 0) throw new FileError('', 'the file has no spans');
    return isObject(first) && 'ph' in first ? readChrome(file, '') : readZipkin(file);
  }
  return readObject(objectAt(file, ''), '');
}

function readObject(file: JsonObject, at: string): ReadSpan[] {
  if ('resourceSpans' in file || 'resource_spans' in file) return readOtlp(file, at);
  if ('traceEvents' in file) return readChrome(file['traceEvents'], 'traceEvents');
  if (Array.isArray(file['data'])) return readJaeger(file);
  throw new FileError(
    at.replace(/: $/, ''),
    'this is none of OTLP JSON (resourceSpans), Jaeger JSON (data), Zipkin v2 (an array) and Chrome Trace Event (traceEvents)',
  );
}

/** One OTLP request a line; or an array of Chrome's events, whose end may be missing. */
function readLines(text: string, cause: unknown): ReadSpan[] {
  if (text.startsWith('[')) {
    const closed = parse(`${text.replace(/,\s*$/, '')}]`);
    if (Array.isArray(closed)) return readChrome(closed, '');
  }
  const lines = text.split('\n');
  const isLines = lines.length > 1 && isObject(parse(lines[0] as string));
  if (!isLines) throw new FileError('', `this is not JSON: ${(cause as Error).message}`, { cause });
  return lines.flatMap((line, i) => {
    if (line.trim() === '') return [];
    const value = parse(line);
    if (value === undefined) throw new FileError(`line ${i + 1}`, 'this is not JSON');
    return readObject(objectAt(value, `line ${i + 1}`), `line ${i + 1}: `);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
