import { textLength } from '../trace/text-length.js';
import type { SpanRecord, StatusCode } from '../trace/types.js';
import { SpanIds } from './span-ids.js';
import type { ContextLoss, ForeignTrace, StoredTrace, TraceSource } from './stored-trace.js';
import { TraceIds } from './trace-ids.js';

/** Losses kept with their stacks; the first ones tell, the rest is counted. */
const MAX_LOSSES = 20;

/** Kept for the panel; a trace of a busy click has some 50 spans, so this is the last two thousand clicks. */
export const DEFAULT_MAX_SPANS = 100_000;

/**
 * Characters in what spans hold (names, messages, attributes, events, links), which the page may make as long as it likes: a
 * thousand for each of so many spans.
 */
export const DEFAULT_MAX_TEXT = 100_000_000;

/** A page with more has names of services that are no names. */
export const MAX_SERVICES = 1000;

const OTHER_SERVICES = 'other services';

const FIRST_CAPACITY = 1024;

const NO_ROWS: number[] = [];

/** How much of a full store goes at once. */
const EVICTED_SHARE = 0.02;

export const STATUS_UNSET = 0;
export const STATUS_OK = 1;
export const STATUS_ERROR = 2;

/**
 * The last spans of the page in bounded columns: what the panel draws from. Rows are reused; when the store is full, of
 * spans or of their texts, the oldest whole trace goes, never the pinned one, and is counted.
 */
export class SpanStore {
  /** ms since the Unix epoch, by row. */
  startTimes = new Float64Array(FIRST_CAPACITY);
  /** ms since the Unix epoch, by row; NaN while the span is open. */
  endTimes = new Float64Array(FIRST_CAPACITY);
  /** The parent's row, by row; -1 where there is none in the store. */
  parents = new Int32Array(FIRST_CAPACITY);
  /** STATUS_UNSET, STATUS_OK or STATUS_ERROR, by row. */
  statuses = new Uint8Array(FIRST_CAPACITY);
  /** Index into `services`, by row. */
  serviceIds = new Uint16Array(FIRST_CAPACITY);
  /** Characters that are counted, by row. */
  #texts = new Float64Array(FIRST_CAPACITY);
  /** Names of services, in the order of their first span. */
  readonly services: string[] = [];
  /**
   * Characters in names, messages, attributes, events and links; likewise. Those of files are not counted, and an open span's
   * when it or its trace ends.
   */
  readonly maxText: number;
  /** False while paused: new traces are not taken; those already begun go on. */
  recording = true;
  /** Spans that lost their parent. */
  lostContexts = 0;
  /** The first of them. */
  readonly losses: ContextLoss[] = [];

  readonly #traces: StoredTrace[] = [];
  #version = 0;
  #droppedSpans = 0;
  #openSpans = 0;
  #errors = 0;
  #text = 0;
  #takeIn = (): void => {};
  #records: (SpanRecord | undefined)[] = [];
  #traceOfRow: (StoredTrace | undefined)[] = [];
  #freeRows: number[] = [];
  #maxSpans: number;
  /** Spans of files, for which there is room beside those of the page. */
  #fileSpans = 0;
  #usedRows = 0;
  #nextTraceId = 1;
  #pinned: StoredTrace | undefined;
  #listeners = new Set<() => void>();
  readonly #traceIds = new TraceIds(this.#traces, (trace) => this.traceIdOf(trace));

  constructor(options: { maxSpans?: number; maxText?: number } = {}) {
    this.#maxSpans = options.maxSpans ?? DEFAULT_MAX_SPANS;
    this.maxText = options.maxText ?? DEFAULT_MAX_TEXT;
  }

  /** @internal `takeIn` adds what came since it was called last; it is called before anybody reads. */
  set source(takeIn: () => void) {
    this.#takeIn = takeIn;
  }

  /** The oldest traces go beyond it. A file that is opened raises it, until all is cleared. */
  get maxSpans(): number {
    return this.#maxSpans + this.#fileSpans;
  }

  set maxSpans(count) {
    this.#maxSpans = count;
    this.#fileSpans = 0;
  }

  /** Ascending with every change. */
  get version(): number {
    this.#takeIn();
    return this.#version;
  }

  /** All traces, oldest first; those of earlier loads of the page before all others. */
  get traces(): readonly StoredTrace[] {
    this.#takeIn();
    return this.#traces;
  }

  /** Spans held now. */
  get size(): number {
    this.#takeIn();
    return this.#held;
  }

  /** Spans that had to go to make room, and those that came while paused or beyond a trace's limit. */
  get droppedSpans(): number {
    this.#takeIn();
    return this.#droppedSpans;
  }

  set droppedSpans(count) {
    this.#droppedSpans = count;
  }

  get openSpans(): number {
    this.#takeIn();
    return this.#openSpans;
  }

  get errors(): number {
    this.#takeIn();
    return this.#errors;
  }

  get #held(): number {
    return this.#usedRows - this.#freeRows.length;
  }

  /** The span of a row; one of a file may be made anew at each call. */
  record(row: number): SpanRecord | undefined {
    const record = this.#records[row];
    if (record) return record;
    const unread = this.#traceOfRow[row]?.unread;
    return unread?.spans.recordOf(row - unread.firstRow);
  }

  traceOf(row: number): StoredTrace | undefined {
    return this.#traceOfRow[row];
  }

  serviceOf(row: number): string {
    return this.services[this.serviceIds[row] as number] ?? '';
  }

  /** The id of a trace, where it has been drawn: what nobody has asked for may still become that of a caller. */
  traceIdOf(trace: StoredTrace): string | undefined {
    const record = this.record(trace.rows[0] ?? -1);
    return record && 'knownTraceId' in record ? record.knownTraceId : record?.context.traceId;
  }

  /** Calls `listener` after each change, synchronously: it should only note that there is something to draw. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Keeps a trace from being dropped to make room. */
  pin(trace: StoredTrace | undefined): void {
    this.#pinned = trace;
  }

  /** Opens a trace of this page, or the one of the id where it is there already; nothing while paused. */
  beginTrace(startTime: number, traceId?: string, source?: TraceSource): StoredTrace | undefined {
    const known = traceId === undefined ? undefined : this.#traceIds.find(traceId);
    if (known) {
      known.live++;
      known.foreign = false;
      known.settled = false;
      return known;
    }
    if (!this.recording) return undefined;
    return this.#newTrace(startTime, source);
  }

  /**
   * Adds a span to a trace of the store and answers its row; -1, and counted, where there is no room for it. A parent
   * whose row is not told (-1) is found by its id. `record` is read again whenever it is drawn.
   */
  addSpan(trace: StoredTrace, record: SpanRecord, parentRow: number, service: string): number {
    const row = trace.gone ? -1 : this.#takeRow(trace);
    if (row < 0) {
      this.#droppedSpans++;
      return -1;
    }
    let parent = parentRow;
    if (parent < 0 && record.parentSpanId !== undefined) {
      parent = this.#spanIds(trace).find(record.parentSpanId) ?? -1;
    }
    // Many traces have one span only, and the first push into an empty array makes room for seventeen.
    if (trace.rows.length === 0) trace.rows = [row];
    else trace.rows.push(row);
    this.#records[row] = record;
    this.#open(trace, row, record.startTime, parent, service);
    this.#note(trace, row, record);
    if (record.endTime !== undefined) this.#endRecord(trace, row, record, record.endTime);
    this.changed();
    return row;
  }

  /** Notes that the span of a row has ended; nothing where the row has been given to another span. */
  endSpan(row: number, record: SpanRecord): void {
    const trace = this.#traceOfRow[row];
    if (!trace || this.#records[row] !== record || !Number.isNaN(this.endTimes[row])) return;
    this.#endRecord(trace, row, record, record.endTime ?? record.startTime);
    this.changed();
  }

  /** Notes that something was written to a span after its end. */
  amendSpan(row: number, record: SpanRecord): void {
    const trace = this.#traceOfRow[row];
    if (!trace || this.#records[row] !== record) return;
    if (!Number.isNaN(this.endTimes[row])) this.#measure(trace, row, record);
    if (record.status === 'ERROR' && this.statuses[row] !== STATUS_ERROR) {
      this.statuses[row] = STATUS_ERROR;
      this.#countError(trace);
    }
    this.changed();
  }

  settleTrace(trace: StoredTrace, droppedSpans: number): void {
    if (trace.live > 0) trace.live--;
    trace.settled = trace.live === 0;
    trace.droppedSpans += droppedSpans;
    this.#droppedSpans += droppedSpans;
    // What is open now may stay so for good.
    if (trace.openSpans > 0) {
      for (const row of trace.rows) {
        const record = this.#records[row];
        if (record && Number.isNaN(this.endTimes[row])) this.#measure(trace, row, record);
      }
    }
    this.changed();
  }

  /**
   * Adds a span that comes from elsewhere (a server, a worker, a file); it joins the trace of its id. `source`: of a trace
   * that begins with it.
   */
  addForeignSpan(record: SpanRecord, service: string, source?: TraceSource): number {
    this.#takeIn();
    const { traceId } = record.context;
    let trace = this.#traceIds.findFast(traceId);
    if (!trace) {
      trace = this.beginTrace(record.startTime, undefined, source);
      if (!trace) {
        this.#droppedSpans++;
        return -1;
      }
      trace.live = 0;
      trace.foreign = true;
      this.#traceIds.set(traceId, trace);
    }
    const row = this.addSpan(trace, record, -1, service);
    if (trace.openSpans === 0 && trace.live === 0) trace.settled = true;
    return row;
  }

  /** The trace of an id, if it is here. */
  traceWithId(traceId: string): StoredTrace | undefined {
    this.#takeIn();
    return this.#traceIds.find(traceId);
  }

  /** Makes room for so many spans of a file; as much is left for the page as before. */
  makeRoom(spans: number): void {
    this.#fileSpans += spans;
    this.#growTo(this.#usedRows + spans - this.#freeRows.length);
  }

  /**
   * Adds a whole trace of a file, whose id is not here yet; also while paused, and there must be room for it. Much faster
   * than span by span: the records stay in the source until they are asked for, and listeners are told by `changed`, which
   * is to be called when all traces of the file are there.
   */
  addForeignTrace(spans: ForeignTrace, source: TraceSource): StoredTrace {
    const { size } = spans;
    const first = this.#usedRows;
    this.#usedRows += size;
    this.#growTo(this.#usedRows);
    const trace = this.#newTrace(spans.startOf(0), source);
    trace.foreign = true;
    const rows = new Array<number>(size);
    trace.rows = rows;
    trace.unread = { spans, firstRow: first };
    let service: string | undefined;
    let serviceId = 0;
    for (let place = 0; place < size; place++) {
      const row = first + place;
      rows[place] = row;
      // In order: a list with a gap of thousands is a slow one.
      this.#records[row] = undefined;
      this.#traceOfRow[row] = trace;
      const parent = spans.parentOf(place);
      this.parents[row] = parent < 0 ? -1 : first + parent;
      if (parent < 0 && trace.rootRow < 0) trace.rootRow = row;
      const start = spans.startOf(place);
      this.startTimes[row] = start;
      if (start < trace.startTime) trace.startTime = start;
      const end = spans.endOf(place);
      this.endTimes[row] = end;
      if (end > trace.endTime) trace.endTime = end;
      const isOpen = Number.isNaN(end);
      if (isOpen) trace.openSpans++;
      const status = isOpen ? STATUS_UNSET : statusNumber(spans.statusOf(place));
      this.statuses[row] = status;
      if (status === STATUS_ERROR) trace.errors++;
      const itsService = spans.serviceOf(place);
      if (itsService !== service) serviceId = this.#serviceId(itsService);
      service = itsService;
      this.serviceIds[row] = serviceId;
    }
    this.#texts.fill(0, first, first + size);
    this.#traceIds.set(spans.traceId, trace);
    trace.live = 0;
    trace.settled = true;
    return trace;
  }

  noteLoss(reason: ContextLoss['reason'], name: string, stack = ''): void {
    this.lostContexts++;
    if (this.losses.length < MAX_LOSSES) this.losses.push({ reason, name, stack });
    this.changed();
  }

  /** Drops everything that has settled, and the rest as well. */
  clear(): void {
    this.#takeIn();
    for (const trace of this.#traces.splice(0)) this.#release(trace);
    this.#freeRows = [];
    this.#usedRows = 0;
    this.#fileSpans = 0;
    this.#errors = 0;
    this.lostContexts = 0;
    this.losses.length = 0;
    this.changed();
  }

  /** Tells the listeners; called by the store itself, and by who changes a record in place. */
  changed(): void {
    this.#version++;
    if (this.#listeners.size > 0) for (const listener of this.#listeners) listener();
  }

  /** Those of earlier loads stand before all others, in the order of their beginning. */
  #insertEarlier(trace: StoredTrace): void {
    const at = this.#traces.findIndex(
      ({ source, startTime }) => source?.kind !== 'load' || startTime > trace.startTime,
    );
    this.#traces.splice(at < 0 ? this.#traces.length : at, 0, trace);
  }

  #countError(trace: StoredTrace): void {
    trace.errors++;
    if (!trace.source) this.#errors++;
  }

  #newTrace(startTime: number, source: TraceSource | undefined): StoredTrace {
    const trace: StoredTrace = {
      id: this.#nextTraceId++,
      rows: NO_ROWS,
      rootRow: -1,
      startTime,
      endTime: startTime,
      openSpans: 0,
      errors: 0,
      text: 0,
      settled: false,
      droppedSpans: 0,
      gone: false,
      source,
      foreign: false,
      live: 1,
      unread: undefined,
      ids: undefined,
    };
    if (source?.kind === 'load') this.#insertEarlier(trace);
    else this.#traces.push(trace);
    return trace;
  }

  #takeRow(growing: StoredTrace): number {
    if ((this.#held >= this.maxSpans || this.#text > this.maxText) && !this.#evict(growing)) return -1;
    const free = this.#freeRows.pop();
    if (free !== undefined) return free;
    const row = this.#usedRows++;
    if (row >= this.startTimes.length) this.#growTo(this.#usedRows);
    return row;
  }

  #open(trace: StoredTrace, row: number, startTime: number, parent: number, service: string): void {
    this.#traceOfRow[row] = trace;
    this.startTimes[row] = startTime;
    this.endTimes[row] = Number.NaN;
    this.#texts[row] = 0;
    this.parents[row] = parent;
    this.statuses[row] = STATUS_UNSET;
    this.serviceIds[row] = this.#serviceId(service);
    if (parent < 0 && trace.rootRow < 0) trace.rootRow = row;
    if (startTime < trace.startTime) trace.startTime = startTime;
    trace.openSpans++;
    if (!trace.source) this.#openSpans++;
  }

  #endRecord(trace: StoredTrace, row: number, record: SpanRecord, endTime: number): void {
    this.#measure(trace, row, record);
    this.#end(trace, row, endTime, record.status);
  }

  #measure(trace: StoredTrace, row: number, record: SpanRecord): void {
    const text = textLength(record);
    const more = text - (this.#texts[row] as number);
    this.#texts[row] = text;
    trace.text += more;
    this.#text += more;
  }

  #end(trace: StoredTrace, row: number, endTime: number, status: StatusCode): void {
    this.endTimes[row] = endTime;
    this.statuses[row] = statusNumber(status);
    trace.openSpans--;
    if (!trace.source) this.#openSpans--;
    if (status === 'ERROR') this.#countError(trace);
    if (endTime > trace.endTime) trace.endTime = endTime;
  }

  #growTo(rows: number): void {
    let capacity = this.startTimes.length;
    while (capacity < rows) capacity *= 2;
    if (capacity === this.startTimes.length) return;
    const copy = <T extends { set(from: T): void }>(to: T, from: T): T => {
      to.set(from);
      return to;
    };
    this.startTimes = copy(new Float64Array(capacity), this.startTimes);
    this.endTimes = copy(new Float64Array(capacity), this.endTimes);
    this.parents = copy(new Int32Array(capacity), this.parents);
    this.statuses = copy(new Uint8Array(capacity), this.statuses);
    this.serviceIds = copy(new Uint16Array(capacity), this.serviceIds);
    this.#texts = copy(new Float64Array(capacity), this.#texts);
  }

  /**
   * Makes room by the oldest traces that may go; false where there is none. Several go at once: taking one from the front
   * of a long list costs as much as taking a thousand.
   */
  #evict(growing: StoredTrace): boolean {
    let room = this.#held < this.maxSpans ? 0 : Math.max(1, Math.floor(this.maxSpans * EVICTED_SHARE));
    const mostText = this.#text > this.maxText ? this.maxText * (1 - EVICTED_SHARE) : this.maxText;
    let examined = 0;
    const kept: StoredTrace[] = [];
    while ((room > 0 || this.#text > mostText) && examined < this.#traces.length) {
      const trace = this.#traces[examined++] as StoredTrace;
      if (trace === this.#pinned || trace === growing || trace.rows.length === 0) {
        kept.push(trace);
        continue;
      }
      room -= trace.rows.length;
      this.#droppedSpans += trace.rows.length;
      if (!trace.source) this.#errors -= trace.errors;
      this.#release(trace);
    }
    const before = this.#traces.length;
    this.#traces.splice(0, examined, ...kept);
    return this.#traces.length < before;
  }

  #release(trace: StoredTrace): void {
    if (!trace.source) this.#openSpans -= trace.openSpans;
    this.#traceIds.delete(trace);
    for (const row of trace.rows) {
      this.#records[row] = undefined;
      this.#traceOfRow[row] = undefined;
      this.#freeRows.push(row);
    }
    trace.gone = true;
    trace.unread = undefined;
    trace.rows = NO_ROWS;
    trace.openSpans = 0;
    this.#text -= trace.text;
    trace.text = 0;
    if (this.#pinned === trace) this.#pinned = undefined;
  }

  #serviceId(service: string): number {
    if (service === this.services[0]) return 0;
    const known = this.services.indexOf(service);
    if (known >= 0) return known;
    // Those that come when there are too many are one.
    if (this.services.length === MAX_SERVICES) return MAX_SERVICES - 1;
    return this.services.push(this.services.length < MAX_SERVICES - 1 ? service : OTHER_SERVICES) - 1;
  }

  #spanIds(trace: StoredTrace): SpanIds {
    if (!trace.ids) {
      trace.ids = new SpanIds();
      for (const row of trace.rows) this.#note(trace, row, this.record(row) as SpanRecord);
    }
    return trace.ids;
  }

  /** Keeps what finds spans by their ids, where it is there; a page none of whose spans has a parent elsewhere needs none. */
  #note(trace: StoredTrace, row: number, record: SpanRecord): void {
    if (trace.rows.length === 1) this.#traceIds.noteIfAsked(trace);
    const { ids } = trace;
    if (!ids) return;
    const { parentSpanId, context } = record;
    for (const child of ids.add(context.spanId, row)) {
      this.parents[child] = row;
      if (trace.rootRow === child) trace.rootRow = row;
    }
    const waits = this.parents[row] === -1 && parentSpanId !== undefined && parentSpanId !== context.spanId;
    if (waits) ids.expect(parentSpanId, row);
  }
}

function statusNumber(status: StatusCode): number {
  return status === 'ERROR' ? STATUS_ERROR : status === 'OK' ? STATUS_OK : STATUS_UNSET;
}
