import type { Span } from '../trace/span.js';
import { catchNative, observePromise } from '../zone/observe-promise.js';
import { isNative, replaceGetter, replaceMethod, replaceValue, undoAll } from '../zone/replace.js';
import { failHttpSpan } from './http-span.js';

type ReadBody = (this: Response, ...args: unknown[]) => Promise<unknown>;
type Reader = ReadableStreamDefaultReader | ReadableStreamBYOBReader;
type PipeThrough = (this: ReadableStream, ...args: unknown[]) => unknown;

/** What the page reads a body with; `formData` fails alike for a broken body and for one of another type. */
const BODY_METHODS = ['arrayBuffer', 'blob', 'bytes', 'json', 'text'];

function ignore(): void {}

/** Calls back with what a method was called on and what it has answered. */
function watch<This, Answer>(
  target: object | undefined,
  name: string,
  answered: (self: This, answer: Answer) => void,
): () => void {
  return replaceMethod<(this: This, ...args: unknown[]) => Answer>(target ?? {}, name, (native) => {
    return function (...args) {
      const answer = native.apply(this, args);
      answered(this, answer);
      return answer;
    };
  });
}

/**
 * Records on the spans of answers that their bodies broke, whatever the page reads them with: nothing is read for it.
 * `answers` has the spans of those answered so far.
 */
export function watchBodies(answers: WeakMap<Response, Span>): () => void {
  const streams = new WeakMap<ReadableStream, Span>();
  /** The streams that the page has been given of its answers. */
  const given = new WeakMap<Response, ReadableStream>();
  const iterators = new WeakMap<object, Span>();
  const released = new WeakSet<object>();
  /** The spans whose bodies broke: of several copies of a body, each does. */
  const told = new WeakSet<Span>();
  const { prototype } = globalThis.ReadableStream;
  const { getReader, pipeTo } = prototype;
  const pipesNatively = isNative(pipeTo);
  const values = prototype.values as ReadableStream['values'] | undefined;

  function broke(span: Span, error: unknown): void {
    // Text that is no JSON has arrived whole.
    if (told.has(span) || (error as Error | undefined)?.name === 'SyntaxError') return;
    told.add(span);
    span.amend({}, () => failHttpSpan(span, 'error', error));
  }

  /** Called where a pipe out of `stream` has failed: by which of its ends, the stream says now that it is free again. */
  function pipeFailed(stream: ReadableStream, span: Span): (error: unknown) => void {
    return (error) => {
      if (stream.locked) return;
      const reader = getReader.call(stream);
      const { closed } = reader;
      reader.releaseLock();
      void catchNative(closed, (reason) => {
        if (reason === error) broke(span, error);
      });
    };
  }

  const undo = BODY_METHODS.map((name) =>
    replaceMethod<ReadBody>(Response.prototype, name, (native) => {
      return function (...args) {
        const span = answers.get(this);
        // Being read, or read already: to be refused, which says nothing of the network.
        const isFree = span && !this.bodyUsed && !given.get(this)?.locked;
        const result = native.apply(this, args);
        if (isFree) observePromise(result, ignore, (error) => broke(span, error));
        return result;
      };
    }),
  );
  undo.push(
    replaceGetter<Response, ReadableStream | null>(Response.prototype, 'body', (native) => {
      return function () {
        const stream = native.call(this);
        const span = answers.get(this);
        if (stream && span) {
          streams.set(stream, span);
          given.set(this, stream);
        }
        return stream;
      };
    }),
    watch<Response, Response>(Response.prototype, 'clone', (response, copy) => {
      const span = answers.get(response);
      if (span) answers.set(copy, span);
      given.delete(response); // it has another one now
    }),
    watch<ReadableStream, Reader>(prototype, 'getReader', (stream, reader) => {
      const span = streams.get(stream);
      if (!span) return;
      // The platform counts this promise as handled, whoever listens to it.
      void catchNative(reader.closed, (error) => {
        if (!released.has(reader)) broke(span, error);
      });
    }),
    watch<ReadableStream, ReadableStream[]>(prototype, 'tee', (stream, branches) => {
      const span = streams.get(stream);
      if (span) for (const branch of branches) streams.set(branch, span);
    }),
    watch<ReadableStream, unknown>(prototype, 'pipeTo', (stream, result) => {
      const span = streams.get(stream);
      if (span) observePromise(result, ignore, pipeFailed(stream, span));
    }),
    replaceMethod<PipeThrough>(prototype, 'pipeThrough', (native) => {
      return function (...args) {
        const span = streams.get(this);
        if (span && pipesNatively && !this.locked) {
          const [pair, options] = args;
          const { readable, writable } = Object(pair) as ReadableWritablePair;
          if (readable instanceof ReadableStream) {
            // What the platform does, but it keeps the promise to itself.
            void catchNative(pipeTo.call(this, writable, options as StreamPipeOptions), pipeFailed(this, span));
            if (this.locked) return readable;
          }
        }
        // Among them what is of another window, and what is to be refused by a throw.
        return native.apply(this, args);
      };
    }),
    watch<ReadableStream, object>(prototype, 'values', (stream, iterator) => {
      const span = streams.get(stream);
      if (span) iterators.set(iterator, span);
    }),
    // The platform has one function for both.
    prototype[Symbol.asyncIterator] === values
      ? replaceValue(prototype, Symbol.asyncIterator, prototype.values)
      : ignore,
    // Of the iterators that `for await` reads a stream with; Safari has none.
    watch<object, unknown>(
      values && Object.getPrototypeOf(new ReadableStream().values()),
      'next',
      (iterator, result) => {
        const span = iterators.get(iterator);
        if (span) observePromise(result, ignore, (error) => broke(span, error));
      },
    ),
    ...['ReadableStreamDefaultReader', 'ReadableStreamBYOBReader'].map((name) => {
      const type = (globalThis as unknown as Record<string, { prototype: object } | undefined>)[name];
      return watch<object, unknown>(type?.prototype, 'releaseLock', (reader) => released.add(reader));
    }),
  );
  return undoAll(undo);
}
