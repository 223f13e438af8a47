import { currentFrame } from './load.js';
import { bindMembers, type Callback, replaceConstructor } from './platform-callbacks.js';
import { installed, replaceMethod, undoAll } from './replace.js';
import { runInZone } from './run.js';

/**
 * A chunk is processed for whoever wrote it, not for whoever made the stream: chunks are processed in the order in which
 * they are written, so the zones of the writers wait in line beside them. What a pipe writes has no writer in the page; it
 * is processed in the zone that made the stream.
 */
const writersOf = new WeakMap<object, Zone[]>();
const streamOf = new WeakMap<object, object>();

/** A stream that never processes what is written to it must not collect zones; older ones are forgotten first. */
const MAX_WAITING = 10_000;

const PER_CHUNK = { write: true, transform: true } as Record<string, boolean | undefined>;

function bindSink(sink: unknown, members: readonly string[], writers: Zone[]): unknown {
  if (typeof sink !== 'object' || sink === null) return sink;
  const { zone: made } = currentFrame();
  return bindMembers(sink, members, (callback: Callback, name) => (...args) => {
    const zone = PER_CHUNK[name] ? (writers.shift() ?? made) : made;
    return runInZone(zone, callback, undefined, args);
  });
}

/** Whether a writer has a stream that takes chunks; one that was released or has failed refuses them, and processes none. */
function takesChunks(writer: WritableStreamDefaultWriter): boolean {
  try {
    return writer.desiredSize !== null;
  } catch {
    return false;
  }
}

function hasChunkCallback(sink: unknown): boolean {
  return Object.keys(PER_CHUNK).some(
    (name) => typeof (sink as Record<string, unknown> | undefined)?.[name] === 'function',
  );
}

function patchStream(name: 'WritableStream' | 'TransformStream', members: readonly string[]): () => void {
  return replaceConstructor(name, (native, [sink, ...rest], target) => {
    const writers: Zone[] = [];
    const args = sink === undefined && rest.length === 0 ? [] : [bindSink(sink, members, writers), ...rest];
    const stream = Reflect.construct(native, args, target) as { writable?: object };
    // Without a callback nobody would take the zones out of the line again.
    if (hasChunkCallback(sink))
      writersOf.set(name === 'TransformStream' ? (stream.writable as object) : stream, writers);
    return stream;
  });
}

function patchWriter(): (() => void)[] {
  if (typeof WritableStreamDefaultWriter !== 'function') return [];
  return [
    replaceMethod<Callback>(WritableStream.prototype, 'getWriter', (native) => {
      return function (this: unknown, ...args) {
        const writer = native.apply(this, args) as object;
        if (installed) streamOf.set(writer, this as object);
        return writer;
      };
    }),
    replaceMethod<Callback>(WritableStreamDefaultWriter.prototype, 'write', (native) => {
      return function (this: unknown, ...args) {
        const stream = installed ? streamOf.get(this as object) : undefined;
        const writers = stream && writersOf.get(stream);
        if (writers && takesChunks(this as WritableStreamDefaultWriter)) {
          if (writers.push(currentFrame().zone) > MAX_WAITING) writers.shift();
        }
        return native.apply(this, args);
      };
    }),
  ];
}

export function patchStreams(): () => void {
  const undo = [
    patchStream('WritableStream', ['write', 'close', 'abort']),
    patchStream('TransformStream', ['transform', 'flush', 'cancel']),
    ...patchWriter(),
  ];
  return undoAll(undo);
}
