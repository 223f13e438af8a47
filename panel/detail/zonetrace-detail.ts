import { html, nothing, type PropertyDeclarations } from 'lit';
import type { StoredTrace } from '../../src/store/stored-trace.js';
import type { SourcePosition, SpanRecord } from '../../src/trace/types.js';
import { FollowEvent, OpenSourceEvent, SelectSpanEvent } from '../events.js';
import { writeOtlp } from '../formats/write-otlp.js';
import { icon } from '../icons.js';
import { formatClock } from '../layout/format-clock.js';
import { formatDuration, formatGrowing } from '../layout/format-duration.js';
import { formatOpen } from '../layout/format-open.js';
import { selfTime } from '../layout/self-time.js';
import { PanelElement } from '../panel-element.js';
import { base } from '../styles.js';
import { pathOfTrace } from '../trace-path.js';
import { detailStyles } from './detail.styles.js';
import { renderPhases } from './phases.js';
import { renderAttributes, renderEvents, renderExceptions, renderLinks } from './sections.js';
import { spanToJson, traceparentOf } from './span-json.js';
import { spanToMarkdown } from './span-markdown.js';

/**
 * Everything that a span has.
 *
 * @fires zonetrace-select-span - the reader closed it, or went to the parent
 * @fires zonetrace-follow - the reader went to a linked span
 * @fires zonetrace-open-source - the reader wants to see a source in the editor
 */
export class ZonetraceDetail extends PanelElement {
  static override properties: PropertyDeclarations = {
    trace: { attribute: false },
    row: { type: Number },
    version: { type: Number },
    now: { type: Number },
  };

  declare trace: StoredTrace | undefined;
  /** Row of the store. */
  declare row: number;
  declare version: number;
  /** ms since the Unix epoch. */
  declare now: number;

  constructor() {
    super();
    this.trace = undefined;
    this.row = -1;
    this.version = -1;
    this.now = 0;
  }

  static override styles = [base, detailStyles];

  protected override render() {
    const record = this.panel?.store.record(this.row);
    if (!record || !this.trace) return nothing;
    const open = this.panel?.sourceOpener?.() && this.#openSource;
    return html`
      <div class="title">
        <h2 class=${record.status === 'ERROR' ? 'error' : ''} dir="auto" title=${record.name}>${record.name}</h2>
        <button class="close" title="Close (Esc)" aria-label="Close the details" @click=${this.#close}>
          ${icon('close')}
        </button>
      </div>
      <div class="scroller" role="region" tabindex="0" aria-label="Details of the span">
        ${renderExceptions(record, this.panel, open)} ${this.#facts(record, this.trace)}
        ${renderPhases(record.attributes)}
        ${section('Attributes', renderAttributes(record.attributes, open), Object.keys(record.attributes).length)}
        ${section('Events', renderEvents(record, open), record.events.length)}
        ${section('Links', renderLinks(record, this.#follow, open), record.links.length)} ${this.#dropped(record)}
        ${section('Identity', this.#identity(record))}
      </div>
    `;
  }

  #facts(record: SpanRecord, trace: StoredTrace) {
    const service = this.panel?.store.serviceOf(this.row) ?? '';
    const open = record.endTime === undefined;
    const end = record.endTime ?? (trace.settled ? trace.endTime : Math.max(this.now, record.startTime));
    const duration = end - record.startTime;
    const isLost = open && trace.settled;
    const failed = record.status === 'ERROR';
    return html`<dl>
      ${fact('Duration', isLost ? formatOpen(true) : open ? `${formatGrowing(duration)}, ${formatOpen(false)}` : formatDuration(duration))}
      ${isLost ? nothing : fact('Self time', (open ? formatGrowing : formatDuration)(this.#selfTime(record, end)))}
      ${this.#pathFact(trace)}
      ${fact('Start', html`${formatDuration(record.startTime - trace.startTime)} <span class="muted">into the trace, at ${formatClock(record.startTime, 'ms')}</span>`)}
      ${fact('Status', failed ? html`<span class="error">Error${record.statusMessage ? `: ${record.statusMessage}` : ''}</span>` : record.status === 'OK' ? 'OK' : 'Unset')}
      ${fact('Kind', record.kind.toLowerCase())} ${fact('Service', service || html`<span class="muted">none given</span>`)}
      ${this.#viewer(record)}
      ${fact(
        'Copy',
        html`<span class="copies">${this.#copies.map(
          ([caption, text]) =>
            html`<zonetrace-copy .panel=${this.panel} .text=${text} label=${caption === 'Trace id' ? 'Copy the trace id of the span' : `Copy the span as ${caption}`} caption=${caption}></zonetrace-copy> `,
        )}</span>`,
      )}
    </dl>`;
  }

  /** How much of the trace waited for this span itself. */
  #pathFact(trace: StoredTrace) {
    const store = this.panel?.store;
    if (!store || !trace.settled || trace.rows.length < 2) return nothing;
    const segments = pathOfTrace(store, trace).get(this.row) ?? [];
    const part = segments.reduce((sum, { start, end }) => sum + end - start, 0);
    const share = Math.round((part / Math.max(trace.endTime - trace.startTime, 1e-6)) * 100);
    return fact(
      'Critical path',
      part > 0
        ? html`${formatDuration(part)} <span class="muted">of it, ${share}% of the trace</span>`
        : html`<span class="muted">not on it: a faster one would not end the trace earlier</span>`,
    );
  }

  #viewer({ context }: SpanRecord) {
    const template = this.panel?.options.viewer;
    if (!template) return nothing;
    const href = template.replace('{traceId}', context.traceId).replace('{spanId}', context.spanId);
    // What is no web address is no link: nothing runs by a click.
    if (!/^(https?:\/\/|\/)/.test(href)) return nothing;
    return fact('Viewer', html`<a class="link" href=${href} target="_blank" rel="noreferrer">Open the trace</a>`);
  }

  #identity(record: SpanRecord) {
    const { traceId, spanId, traceState } = record.context;
    const parent = record.parentSpanId;
    return html`<dl>
      ${fact('Trace', this.#id(traceId, 'Copy the trace id'))} ${fact('Span', this.#id(spanId, 'Copy the span id'))}
      ${fact(
        'Parent',
        parent === undefined
          ? html`<span class="muted">none, this is the root</span>`
          : html`<button class="link mono" @click=${() => this.#follow({ traceId, spanId: parent })}>${parent}</button>`,
      )}
      ${fact('traceparent', this.#id(traceparentOf(record), 'Copy the traceparent header'))}
      ${traceState ? fact('tracestate', this.#id(traceState, 'Copy the tracestate header')) : nothing}
    </dl>`;
  }

  #id(text: string, label: string) {
    return html`<span class="id"
      ><span class="mono">${text}</span><zonetrace-copy .panel=${this.panel} .text=${text} label=${label}></zonetrace-copy
    ></span>`;
  }

  #dropped(record: SpanRecord) {
    const parts = [
      [record.droppedAttributesCount, 'attributes'],
      [record.droppedEventsCount, 'events'],
      [record.droppedLinksCount, 'links'],
    ].filter(([count]) => (count as number) > 0);
    if (parts.length === 0) return nothing;
    return html`<p class="note">
      Beyond its limits the span dropped ${parts.map(([count, what]) => `${count} ${what}`).join(', ')}. Raise
      <code>limits</code> in <code>startTracing</code> to keep them.
    </p>`;
  }

  #selfTime(record: SpanRecord, end: number): number {
    const store = this.panel?.store;
    if (!store || !this.trace) return 0;
    const children = this.trace.rows
      .filter((row) => store.parents[row] === this.row)
      .map((row) => {
        const childEnd = store.endTimes[row] as number;
        return { start: store.startTimes[row] as number, end: Number.isNaN(childEnd) ? end : childEnd };
      });
    return selfTime({ start: record.startTime, end }, children);
  }

  readonly #copies: readonly (readonly [string, () => string])[] = [
    ['JSON', this.#copy(spanToJson)],
    ['OTLP', this.#copy((record, service) => writeOtlp([{ record, service }]))],
    ['Markdown', this.#copy((record, service) => spanToMarkdown(record, service, this.trace?.settled === true))],
    ['Trace id', this.#copy((record) => record.context.traceId)],
  ];

  #copy(write: (record: SpanRecord, service: string) => string): () => string {
    return () => {
      const record = this.panel?.store.record(this.row);
      return record ? write(record, this.panel?.store.serviceOf(this.row) ?? '') : '';
    };
  }

  #follow = (context: { traceId: string; spanId: string }): void => {
    this.dispatchEvent(new FollowEvent(context));
  };

  #openSource = (position: SourcePosition): void => {
    this.dispatchEvent(new OpenSourceEvent(position));
  };

  #close = (): void => {
    this.dispatchEvent(new SelectSpanEvent(undefined));
  };
}

function fact(name: string, value: unknown) {
  return html`<dt>${name}</dt>
    <dd>${value}</dd>`;
}

function section(title: string, content: unknown, count?: number) {
  if (count === 0) return nothing;
  return html`<section>
    <h3>${title}${count === undefined ? nothing : html` <span class="muted">${count}</span>`}</h3>
    ${content}
  </section>`;
}
