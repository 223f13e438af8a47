/**
 * The page of `npx zonetrace`: the panel, and the spans that the command sends.
 * @module
 */
import { openFile } from '../panel/files.js';
import type { PanelHost } from '../panel/index.js';
import { Arrivals, type ServerSpan } from './server-spans/arrivals.js';
import { SpanStore } from './store/span-store.js';

type Figures = Readonly<Record<string, number | string>>;

/** The spans that the command keeps. Clearing the panel throws them away there as well, or they would come back. */
class KeptSpans extends SpanStore {
  override clear(): void {
    super.clear();
    void fetch('spans', { method: 'DELETE' });
  }

  /** Another page has cleared them. */
  clearHere(): void {
    super.clear();
  }
}

// What is kept is bounded by the command.
const store = new KeptSpans({ maxText: Number.POSITIVE_INFINITY });
const arrivals = new Arrivals(store);
const remarks: { message: string; cause: undefined; count: number }[] = [];
let figures: Figures = {};

const host: PanelHost = {
  store,
  options: { shortcut: 'Alt+Shift+Z' },
  remarks,
  stats: () => figures,
  isAlone: true,
  firstStep: `Start a service with OTEL_EXPORTER_OTLP_ENDPOINT=${location.origin}, or let a page send to ${location.origin}/v1/traces.`,
  load: () => import('../panel/index.js'),
  runOutside: (fn) => fn(),
};

function listen(): void {
  const events = new EventSource('events');
  const on = <T>(type: string, take: (data: T) => void) =>
    events.addEventListener(type, ({ data }: MessageEvent<string>) => take(data && JSON.parse(data)));
  // After a restart all comes again: what is there is known by its ids.
  on<readonly ServerSpan[]>('message', (spans) => arrivals.take(spans));
  on<string>('remark', (message) => {
    if (remarks.some((known) => known.message === message)) return;
    remarks.push({ message, cause: undefined, count: 1 });
    store.changed();
  });
  on<Figures>('figures', (current) => {
    figures = current;
    store.changed();
  });
  on('cleared', () => store.clearHere());
}

/** The files of the command line. */
async function openFiles(): Promise<void> {
  const names = (await (await fetch('files')).json()) as string[];
  for (const [i, name] of names.entries()) {
    const answer = await fetch(`files/${i}`);
    try {
      if (!answer.ok) throw new Error(`zonetrace: ${name} is not there any more; put it back and load this page again`);
      const { remark } = await openFile(store, new File([await answer.blob()], name));
      if (remark) throw new Error(remark);
    } catch (error) {
      remarks.push({ message: (error as Error).message.replace(/^zonetrace: /, ''), cause: undefined, count: 1 });
      store.changed();
    }
  }
}

const { mountPanel } = await host.load();
mountPanel(host);
listen();
await openFiles();
