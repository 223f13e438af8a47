import type { Span } from '../trace/span.js';
import { catchNative, observePromise } from '../zone/observe-promise.js';
import { replaceGetter, replaceMethod, replaceValue, undoAll } from '../zone/replace.js';
import { failHttpSpan } from './http-span.js';

type ReadBody = (this: Response, ...args: unknown[]) => Promise<unknown>;
type Reader = ReadableStreamDefaultReader | ReadableStreamBYOBReader;
type GetReader = (this: ReadableStream, ...args: unknown[]) => Reader;
type Method = (this: object, ...args: unknown[]) => unknown;

/** What the page reads a body with; `formData` fails alike for a broken body and for one of another type. */
const BODY_METHODS = ['arrayBuffer', 'blob', 'bytes', 'json', 'text'];

function ignore(): void {}

/**
 * Records on the spans of answers that their bodies broke, whatever the page reads them with: nothing is read for it.
 * `unread` has the answers whose bodies nobody has read.
 */
export function watchBodies(unread: WeakMap<Response, Span>): () => void {
  const streams = new WeakMap<ReadableStream, Span>();
  const iterators = new WeakMap<object, Span>();
  const released = new WeakSet<object>();
  const { prototype } = globalThis.ReadableStream;
  const values = prototype.values as ReadableStream['values'] | undefined;
  /** Of the iterators that `for await` reads a stream with; Safari has none. */
  const iteratorPrototype = values && Object.getPrototypeOf(new ReadableStream().values());

  function broke(span: Span, error: unknown): void {
    // Text that is no JSON has arrived whole.
    if ((error as Error | undefined)?.name !== 'SyntaxError') {
      span.amend({}, () => failHttpSpan(span, 'error', error));
    }
  }

  const undo = BODY_METHODS.map((name) =>
    replaceMethod<ReadBody>(Response.prototype, name, (native) => {
      return function (...args) {
        const span = unread.get(this);
        const result = native.apply(this, args);
        if (span && unread.delete(this)) observePromise(result, ignore, (error) => broke(span, error));
        return result;
      };
    }),
  );
  undo.push(
    replaceGetter<Response, ReadableStream | null>(Response.prototype, 'body', (native) => {
      return function () {
        const stream = native.call(this);
        const span = unread.get(this);
        if (stream && span) streams.set(stream, span);
        return stream;
      };
    }),
    replaceMethod<GetReader>(prototype, 'getReader', (native) => {
      return function (...args) {
        const reader = native.apply(this, args);
        const span = streams.get(this);
        if (span) {
          // The platform counts this promise as handled, whoever listens to it.
          void catchNative(reader.closed, (error) => {
            if (!released.has(reader)) broke(span, error);
          });
        }
        return reader;
      };
    }),
    replaceMethod<Method>(prototype, 'pipeTo', (native) => {
      return function (...args) {
        const span = streams.get(this as ReadableStream);
        const result = native.apply(this, args);
        if (span) observePromise(result, ignore, (error) => error instanceof TypeError && broke(span, error));
        return result;
      };
    }),
    replaceMethod<Method>(prototype, 'values', (native) => {
      return function (...args) {
        const iterator = native.apply(this, args);
        const span = streams.get(this as ReadableStream);
        if (span) iterators.set(iterator as object, span);
        return iterator;
      };
    }),
    // The platform has one function for both.
    prototype[Symbol.asyncIterator] === values
      ? replaceValue(prototype, Symbol.asyncIterator, prototype.values)
      : ignore,
    replaceMethod<Method>(iteratorPrototype ?? {}, 'next', (native) => {
      return function (...args) {
        const result = native.apply(this, args);
        const span = iterators.get(this);
        if (span) observePromise(result, ignore, (error) => iterators.delete(this) && broke(span, error));
        return result;
      };
    }),
    ...['ReadableStreamDefaultReader', 'ReadableStreamBYOBReader'].map((name) => {
      const type = (globalThis as unknown as Record<string, { prototype: object } | undefined>)[name];
      if (!type) return ignore;
      return replaceMethod<Method>(type.prototype, 'releaseLock', (native) => {
        return function (...args) {
          released.add(this);
          return native.apply(this, args);
        };
      });
    }),
  );
  return undoAll(undo);
}
