import { dropOldest } from '../trace/drop-oldest.js';
import { generateSpanId } from '../trace/ids.js';
import type { SpanRecord } from '../trace/types.js';
import { listenOutside } from '../zone/outside.js';
import { undoAll } from '../zone/replace.js';
import { runOutside } from '../zone/variable.js';
import { instrumentBroadcasts } from './broadcast-channel.js';
import { End, type Greeting, OURS, postUncounted } from './message-end.js';
import { patchMessages } from './messages.js';
import { openRollCall, type RollCall, type WorkerCall } from './roll-call.js';

interface WorkerScope {
  readonly name?: string;
  onconnect?: unknown;
}

/** What the pages of this worker are told through. */
export interface PageLink {
  /** Hands spans to the page that their trace came from, or to the newest one; false while there is none. */
  send(read: () => readonly SpanRecord[], service: string, exportsItself: boolean, dropped: number): boolean;
  stop(): void;
}

/** The pages of a shared worker; one that has gone is not noticed, and the oldest is forgotten. */
const MOST_PAGES = 100;

/** The traces of a page that the spans of a shared worker may still belong to. */
const MOST_TRACES = 1000;

/**
 * Listens ahead of a handler that was set before: Chromium calls a worker's listeners in the order in which they came, those
 * that capture too. Set again, the handler has the zone of its messages as well.
 */
function comeBefore(name: 'onmessage' | 'onconnect', listen: () => void): void {
  const scope = globalThis as Record<string, unknown>;
  const handler = scope[name];
  if (handler) scope[name] = null;
  listen();
  if (handler) scope[name] = handler;
}

/**
 * The worker's side of instrumentWorkers: makes this worker known to the pages of its origin, and links its channel with
 * the page that made it, if that one traces.
 */
export function linkWithPages(linked: () => void): PageLink {
  const scope = globalThis as WorkerScope;
  const isShared = 'onconnect' in scope;
  const id = generateSpanId();
  /** With the traces that came from each, the newest last. */
  const pages = new Map<End, Set<string>>();
  const rollCall = runOutside(openRollCall);
  const call: WorkerCall = {
    kind: isShared ? 'SharedWorker' : 'Worker',
    id,
    url: location.href,
    name: scope.name ?? '',
    since: isShared && scope.onconnect ? performance.timeOrigin + performance.now() : 0,
  };

  function expectGreeting(port: MessagePort): void {
    const end = new End(port, !isShared);
    end.onGreeting = ([, , , sent], side) => {
      if (!side) return false;
      end.onGreeting = undefined;
      postUncounted(port, [OURS, 'greeting', id, end.sent] satisfies Greeting, []);
      end.align(sent);
      end.listenTo(side);
      end.onOpen = linked;
      const traceIds = new Set<string>();
      end.onTrace = (traceId) => {
        traceIds.add(traceId);
        dropOldest(traceIds, MOST_TRACES);
      };
      pages.set(end, traceIds);
      dropOldest(pages, MOST_PAGES);
      return true;
    };
  }

  const undo = [patchMessages(...(isShared ? [] : [globalThis])), instrumentBroadcasts(), () => rollCall.close()];
  const connect = (event: MessageEvent): void => expectGreeting(event.ports[0] as MessagePort);
  if (isShared) comeBefore('onconnect', () => listenOutside(globalThis as unknown as EventTarget, { connect }, true));
  else comeBefore('onmessage', () => expectGreeting(globalThis as unknown as MessagePort));
  listenOutside(rollCall, {
    message({ data }: MessageEvent<RollCall>) {
      if (data.kind === 'who') rollCall.postMessage(call);
    },
  });
  rollCall.postMessage(call);

  return {
    send(read, service, exportsItself, dropped) {
      const known = [...pages].filter(([page]) => page.isOpen).reverse();
      const [newest] = known;
      if (!newest) return false;
      const parts = new Map<End, SpanRecord[]>();
      let lost = dropped;
      for (const record of read()) {
        const { traceId } = record.context;
        const [page] = known.find(([, traceIds]) => traceIds.has(traceId)) ?? newest;
        const part = parts.get(page);
        if (part) part.push(record);
        else parts.set(page, [record]);
      }
      for (const [page, part] of parts) {
        page.tell(['spans', part, service, exportsItself, lost]);
        lost = 0;
      }
      return true;
    },
    stop: undoAll(undo),
  };
}
