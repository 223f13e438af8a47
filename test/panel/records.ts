// Loaded late by the panel itself; the tests do not wait for that.
import '../../panel/define-detail.js';
import '../../panel/define-views.js';
import type { PanelHost, PanelOptions } from '../../panel/host.js';
import { mountPanel, type ZonetracePanel } from '../../panel/index.js';
import { SpanStore } from '../../src/store/span-store.js';
import type { StoredTrace } from '../../src/store/stored-trace.js';
import type { SpanRecord } from '../../src/trace/types.js';

let ids = 0;

/** A record that can be changed, as a live span changes. */
export type LiveRecord = { -readonly [K in keyof SpanRecord]: SpanRecord[K] };

export function record(name: string, changes: Partial<SpanRecord> = {}): LiveRecord {
  const id = (++ids).toString(16);
  return {
    name,
    context: { traceId: id.padStart(32, 'a'), spanId: id.padStart(16, 'b'), traceFlags: 3, isRemote: false },
    parentSpanId: undefined,
    kind: 'INTERNAL',
    startTime: 1_000_000,
    endTime: 1_000_100,
    status: 'OK',
    statusMessage: undefined,
    attributes: {},
    events: [],
    links: [],
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
    ...changes,
  };
}

export interface Node extends Partial<SpanRecord> {
  name: string;
  service?: string;
  children?: Node[];
}

export interface Added {
  trace: StoredTrace;
  /** Rows by name; the last one where a name is used twice. */
  rows: Record<string, number>;
  records: Record<string, LiveRecord>;
}

/** Adds a trace with the spans of a tree; it settles where all have ended. */
export function addTrace(store: SpanStore, root: Node): Added {
  const trace = store.beginTrace(root.startTime ?? 1_000_000) as StoredTrace;
  const added: Added = { trace, rows: {}, records: {} };
  const add = ({ children = [], service = 'web', name, ...changes }: Node, parentRow: number) => {
    const parent = store.record(parentRow)?.context;
    const span = record(name, { parentSpanId: parent?.spanId, ...changes });
    if (parent) span.context = { ...span.context, traceId: parent.traceId };
    const row = store.addSpan(trace, span, parentRow, service);
    added.rows[name] = row;
    added.records[name] = span;
    for (const child of children) add(child, row);
  };
  add(root, -1);
  if (trace.openSpans === 0) store.settleTrace(trace, 0);
  return added;
}

export interface Opened {
  panel: ZonetracePanel;
  host: PanelHost;
  store: SpanStore;
  close(): void;
}

export function hostOf(store: SpanStore, options: PanelOptions = {}): PanelHost {
  return { store, options, load: () => import('../../panel/index.js'), runOutside: (fn) => fn() };
}

/** Opens the panel and waits until it is drawn. */
export async function openPanel(store = new SpanStore(), options: PanelOptions = {}): Promise<Opened> {
  localStorage.clear();
  const host = hostOf(store, options);
  const close = mountPanel(host);
  const panel = document.querySelector('zonetrace-panel') as ZonetracePanel;
  await drawn();
  return { panel, host, store, close };
}

export function frame(): Promise<number> {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}

/** Until what was asked for is on the screen: a frame for the store, one for the sizes that the browser answers. */
export async function drawn(): Promise<void> {
  await frame();
  await frame();
  await frame();
}

export function inside<K extends keyof HTMLElementTagNameMap>(
  panel: ZonetracePanel,
  name: K,
): HTMLElementTagNameMap[K] {
  return panel.shadowRoot?.querySelector(name) as HTMLElementTagNameMap[K];
}

export function all(element: Element, selector: string): HTMLElement[] {
  return [...(element.shadowRoot?.querySelectorAll<HTMLElement>(selector) ?? [])];
}

/** What stands in an element, as a reader sees it. */
export function text(element: Element | null | undefined): string {
  return (element?.textContent ?? '').replace(/\s+/g, ' ').trim();
}

/** The names of the rows of the tree or of the list. */
export function names(element: Element): string[] {
  return all(element, '.row .cut').map((cut) => text(cut.firstChild ? cut : null));
}

export function press(element: Element, key: string, more: KeyboardEventInit = {}): void {
  element.dispatchEvent(
    new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true, ...more }),
  );
}

export function command(panel: ZonetracePanel, name: string): void {
  all(inside(panel, 'zonetrace-bar'), `[data-command="${name}"]`)[0]?.click();
}
