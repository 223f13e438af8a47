import { receiveSpans } from '../receive-spans.js';
import { listenOutside } from '../zone/outside.js';
import { replaceConstructor } from '../zone/platform-callbacks.js';
import { undoAll } from '../zone/replace.js';
import { runOutside } from '../zone/variable.js';
import { End, type Greeting, OURS, postUncounted } from './message-end.js';
import { openSide, patchMessages } from './messages.js';
import { readUrl } from './read-url.js';
import { openRollCall, type RollCall, type WorkerCall } from './roll-call.js';

/** A worker of this page that has not called yet; the oldest is given up. */
interface Candidate {
  end: End;
  /** The worker, or the port of a shared one. */
  port: WeakRef<Worker | MessagePort>;
  kind: WorkerCall['kind'];
  url: string;
  name: string;
  /** ms since the Unix epoch. */
  made: number;
}

/** Workers that never call, and calls that nobody here answers. */
const MOST_CANDIDATES = 100;

/** The clocks of two threads may be rounded differently (ms). */
const CLOCK_SLACK = 5;

const now = (): number => performance.timeOrigin + performance.now();

function nameOf(options: unknown): string {
  return String(typeof options === 'object' ? ((options as WorkerOptions | null)?.name ?? '') : (options ?? ''));
}

/**
 * Makes the spans in a worker children of the spans that sent it messages, and the other way around, where tracing has
 * started there too (`zonetrace/worker`); the same through the ports that are sent along. The worker's spans come to this
 * page. A worker without tracing sees nothing of it.
 */
export function instrumentWorkers(): () => void {
  let candidates: Candidate[] = [];
  /** Workers that called and have not been found to be somebody's. */
  let calls: WorkerCall[] = [];
  let rollCall: BroadcastChannel | undefined;

  const hear = ({ data }: MessageEvent<RollCall>): void => {
    if (data.kind === 'mine') calls = calls.filter(({ id }) => id !== data.id);
    else if (data.kind !== 'who' && !calls.some(({ id }) => id === data.id)) {
      calls = [...calls.slice(1 - MOST_CANDIDATES), data];
      greet(data);
    }
  };

  function open(): void {
    if (rollCall) return;
    rollCall = runOutside(openRollCall);
    listenOutside(rollCall, { message: hear });
    rollCall.postMessage({ kind: 'who' });
  }

  /**
   * Which of the workers of one script and name has called is not to be seen from here. So the greeting goes to all of
   * them, once as many have called: each of them knows it for what it is, and answers.
   */
  function greet({ kind, url, name, since }: WorkerCall): void {
    const isSame = (other: { kind: string; url: string; name: string }): boolean =>
      other.kind === kind && other.url === url && other.name === name;
    candidates = candidates.filter(({ port }) => port.deref());
    const asked = candidates.filter(
      (candidate) => isSame(candidate) && (!since || candidate.made > since + CLOCK_SLACK),
    );
    if (asked.length === 0 || (kind === 'Worker' && calls.filter(isSame).length < asked.length)) return;
    candidates = candidates.filter((candidate) => !asked.includes(candidate));
    for (const { end, port } of asked) {
      const { port1, port2 } = openSide();
      end.onGreeting = ([, , id, sent]) => {
        end.onGreeting = undefined;
        end.align(sent);
        end.listenTo(port1);
        end.begin();
        if (kind === 'Worker') rollCall?.postMessage({ kind: 'mine', id });
        calls = calls.filter((call) => kind !== 'Worker' || call.id !== id);
        return true;
      };
      end.onTold = (told) => {
        if (told[0] !== 'spans') return;
        const [, ...spans] = told;
        receiveSpans(...spans);
      };
      postUncounted(port.deref() as Worker, [OURS, 'greeting', '', end.sent] satisfies Greeting, [port2]);
    }
  }

  function watch(kind: Candidate['kind'], port: Worker | MessagePort, [url, options]: unknown[]): void {
    open();
    const end = new End(port, kind === 'Worker');
    const href = readUrl(String(url))?.href;
    if (href === undefined) return; // the platform has taken it, whatever it is
    candidates = [
      ...candidates.slice(1 - MOST_CANDIDATES),
      { end, port: new WeakRef(port), kind, url: href, name: nameOf(options), made: now() },
    ];
    const called = kind === 'SharedWorker' && calls.find((call) => call.kind === kind && call.url === href);
    if (called) greet(called);
  }

  const undo = [
    patchMessages(...(typeof Worker === 'function' ? [Worker.prototype] : [])),
    ...(['Worker', 'SharedWorker'] as const).map((kind) =>
      replaceConstructor(kind, (native, args, target) => {
        const made = Reflect.construct(native, args, target);
        watch(kind, kind === 'Worker' ? (made as Worker) : (made as SharedWorker).port, args);
        return made;
      }),
    ),
    () => rollCall?.close(),
  ];
  return undoAll(undo);
}
