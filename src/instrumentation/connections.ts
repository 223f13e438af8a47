import { matchesUrl } from '../propagation/targets.js';
import { zoneFor } from '../scope.js';
import { warnOnce } from '../warn.js';
import { addMessageHook } from '../zone/hooks.js';
import { replaceConstructor } from '../zone/platform-callbacks.js';
import { replaceMethod, undoAll } from '../zone/replace.js';
import { Connection } from './connection.js';
import type { RequestOptions } from './http-span.js';
import { readUrl } from './read-url.js';

/** Options of `webSocket` and `eventSource`. */
export interface ConnectionOptions {
  /** A span a message: `true` for at most 10 a second and connection, or as many as `rate` says. Default: none. */
  messages?: boolean | { rate: number };
}

/** More in a second (a connection) would push everything else out of the overlay. */
const DEFAULT_RATE = 10;

function readRate(messages: ConnectionOptions['messages']): number {
  if (typeof messages === 'boolean' || messages === undefined) return messages ? DEFAULT_RATE : 0;
  const rate = messages?.rate;
  if (rate >= 0) return rate;
  warnOnce('the option messages was not understood and no message becomes a span; give true or { rate: 10 }');
  return 0;
}

const connections = new WeakMap<object, Connection>();

/** The connection of a socket or source that was made while tracing ran. */
export function connectionOf(made: object): Connection | undefined {
  return connections.get(made);
}

/** URLs of sockets are matched as the ones of pages, too: `/live` means ws: of this host as well. */
function isIgnored(url: URL, { ignoreUrls }: RequestOptions): boolean {
  return matchesUrl(url, ignoreUrls) || matchesUrl(new URL(url.href.replace(/^ws/, 'http')), ignoreUrls);
}

interface Source<T> {
  name: string;
  requests: RequestOptions;
  options?: ConnectionOptions;
  /** Tells the connection what becomes of it, and `end` when there is nothing more to tell; answers its undo. */
  watch(made: T, connection: Connection, end: () => void): () => void;
  /** After the page has closed it. */
  closed?(made: T, connection: Connection, end: () => void): void;
}

/** Replaces a constructor of connections and its `close`. Answers the undo. */
export function instrumentConnections<T extends object>({
  name,
  requests,
  options,
  watch,
  closed,
}: Source<T>): () => void {
  const rate = readRate(options?.messages);
  const ends = new Map<object, () => void>();
  const end = (made: T): void => {
    ends.get(made)?.();
    ends.delete(made);
    connections.delete(made);
  };
  const type = (globalThis as unknown as Record<string, { prototype: object } | undefined>)[name];
  if (!type) return () => {};
  const forgetMessages = addMessageHook((event, like) => {
    const target = event.target as object;
    // Each kind of connection has a hook of its own, and a message is to be counted once.
    const span = target instanceof (type as unknown as Function) ? connectionOf(target)?.received(event) : undefined;
    return span && zoneFor(span, like);
  });
  return undoAll([
    forgetMessages,
    () => {
      for (const made of [...ends.keys()]) end(made as T);
    },
    replaceConstructor(name, (native, args, target) => {
      let made: { url?: string } | undefined;
      try {
        made = Reflect.construct(native, args, target);
        return made as object;
      } finally {
        // The platform's own reading, where there is one: an object may answer something else the second time.
        const url = readUrl(made?.url ?? args[0]);
        if (url && !isIgnored(url, requests)) {
          const connection = new Connection(name, url, rate);
          if (made) {
            connections.set(made, connection);
            ends.set(
              made,
              watch(made as T, connection, () => end(made as T)),
            );
          } else connection.closed();
        }
      }
    }),
    replaceMethod<(...args: unknown[]) => unknown>(type.prototype, 'close', (native) => {
      return function (this: T, ...args) {
        const result = native.apply(this, args);
        const connection = connectionOf(this);
        connection?.closing();
        if (connection) closed?.(this, connection, () => end(this));
        return result;
      };
    }),
  ]);
}
