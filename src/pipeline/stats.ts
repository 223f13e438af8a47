/**
 * Why spans were dropped.
 * - `queueFull`: more than 2,048 waited for an exporter, or more than 20 million characters in what they hold
 * - `refused`: the receiver answered with a status that is not to be retried
 * - `rejected`: the receiver took the batch but not these spans (OTLP's partial success)
 * - `attempts`: the batch was tried too often
 * - `expired`: the batch was kept for 48 hours
 * - `overflow`: too many batches were kept, and the oldest went
 * - `tooLarge`: one batch alone was larger than what is kept
 * - `failed`: the exporter threw, or could not send at all
 * - `stopped`: tracing was stopped before they could be sent
 */
export type DropReason =
  | 'queueFull'
  | 'refused'
  | 'rejected'
  | 'attempts'
  | 'expired'
  | 'overflow'
  | 'tooLarge'
  | 'failed'
  | 'stopped';

/**
 * What became of the spans of one exporter, since `startTracing`. All but `requests`, `retries` and `bytes` are spans. Each
 * span that was `accepted` or `restored` is in one of `exported`, `queued`, `stored` and `dropped`, and in one only.
 */
export interface DestinationStats {
  /** The address of the receiver, or the name of the exporter's class. */
  readonly name: string;
  /** Given to the exporter's queue. */
  readonly accepted: number;
  /** Delivered; those that had been in the offline queue included. */
  readonly exported: number;
  /** In memory: not sent yet, on the way, or waiting for another attempt. */
  readonly queued: number;
  /** In the offline queue, which outlives the page: put there, and not taken out again by this page. Another one may have. */
  readonly stored: number;
  /** Of another page of the origin, or an earlier load: taken out of the offline queue, and not put back. */
  readonly restored: number;
  /** Lost, by reason; a reason that did not occur is left out. */
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
  /** Requests that were begun. */
  readonly requests: number;
  /** Requests that repeated an earlier one. */
  readonly retries: number;
  /** Bytes of the requests' bodies, after compression. */
  readonly bytes: number;
}

/** What became of the page's spans, since `startTracing`. The counts are sums over all destinations. */
export interface TracingStats extends Omit<DestinationStats, 'name' | 'accepted'> {
  /** Spans that ended. */
  readonly recorded: number;
  /** Of these, spans of traces that were not sampled, and that the tail option did not keep. */
  readonly unsampled: number;
  /** Of the unsampled ones, spans that the tail option would have kept but for its rate. */
  readonly overRate: number;
  /** Each exporter's own counts. */
  readonly destinations: readonly DestinationStats[];
}

type Count = 'accepted' | 'exported' | 'stored' | 'restored' | 'requests' | 'retries' | 'bytes';

/** The counts of one destination as they grow. */
export class DestinationCounts implements DestinationStats {
  name: string;
  accepted = 0;
  exported = 0;
  stored = 0;
  restored = 0;
  requests = 0;
  retries = 0;
  bytes = 0;
  readonly dropped: Partial<Record<DropReason, number>> = Object.create(null);
  readonly #changed: () => void;

  constructor(name: string, changed: () => void = () => {}) {
    this.name = name;
    this.#changed = changed;
  }

  get queued(): number {
    return this.accepted + this.restored - this.exported - this.stored - sum(this.dropped);
  }

  add(count: Count, by: number): void {
    // An exporter of the page's says it, and may say anything.
    if (!Number.isSafeInteger(by) || !Object.hasOwn(this, count)) return;
    this[count] += by;
    this.#changed();
  }

  drop(reason: DropReason, spans: number): void {
    if (!Number.isSafeInteger(spans) || spans === 0) return;
    this.dropped[reason] = (this.dropped[reason] ?? 0) + spans;
    this.#changed();
  }

  /** A copy that does not change any more. */
  read(): DestinationStats {
    const { name, accepted, exported, queued, stored, restored, dropped, requests, retries, bytes } = this;
    return { name, accepted, exported, queued, stored, restored, dropped: { ...dropped }, requests, retries, bytes };
  }
}

function sum(dropped: DestinationStats['dropped']): number {
  return Object.values(dropped).reduce((all, count) => all + count, 0);
}

/** The sums over all destinations. */
export function sumStats(destinations: readonly DestinationStats[]): Omit<DestinationStats, 'name' | 'accepted'> {
  const total = new DestinationCounts('');
  for (const each of destinations) {
    for (const count of ['accepted', 'exported', 'stored', 'restored', 'requests', 'retries', 'bytes'] as const) {
      total[count] += each[count];
    }
    for (const [reason, spans] of Object.entries(each.dropped)) total.drop(reason as DropReason, spans);
  }
  const { name: _name, accepted: _accepted, ...sums } = total.read();
  return sums;
}
