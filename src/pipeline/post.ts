import type { ExportContext } from '../processor.js';
import { warnOnce } from '../warn.js';

/** Where batches go, and how. */
export interface Receiver {
  readonly url: string;
  /** The `Content-Type` of what is sent. */
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly compresses: boolean;
  /** ms a request may take. */
  readonly timeout: number;
  /** Answers how many spans of a batch were not taken, by what the receiver answers. */
  readonly readRejected: (response: Response) => Promise<number>;
}

/** What becomes of the spans. */
export type Counts = ExportContext['counts'];

/** What the receiver says of a batch. */
export interface Answer {
  readonly response: Response;
  /** Spans that it did not take. */
  readonly rejected: number;
}

/** Taken before any instrumentation: the requests of a delivery make no spans. */
const platformFetch: typeof fetch | undefined = globalThis.fetch?.bind(globalThis);

/** Sends a body once; undefined where nobody has answered. */
export async function post(
  { url, type, headers, timeout, readRejected }: Receiver,
  counts: Counts,
  body: Uint8Array<ArrayBuffer>,
  { gzip = false, keepalive = false },
): Promise<Answer | undefined> {
  counts.add('requests', 1);
  counts.add('bytes', body.length);
  let response: Response | undefined;
  let rejected = 0;
  try {
    response = await (platformFetch as typeof fetch)(url, {
      method: 'POST',
      headers: { ...headers, 'Content-Type': type, ...(gzip ? { 'Content-Encoding': 'gzip' } : {}) },
      body,
      keepalive,
      signal: AbortSignal.timeout(timeout),
    });
    if (response.ok) rejected = Math.floor(Math.max(await readRejected(response), 0)) || 0;
  } catch (error) {
    if (!response) warnOnce(`${url} could not be reached; see the cause`, error);
  }
  return response && { response, rejected };
}

/** Counts what became of the spans of a batch by an answer that is final. */
export function conclude({ url }: Receiver, counts: Counts, spans: number, { response, rejected }: Answer): void {
  const { ok, status } = response;
  const lost = ok ? Math.min(rejected, spans) : spans;
  counts.add('exported', spans - lost);
  counts.drop(ok ? 'rejected' : 'refused', lost);
  if (lost > 0)
    warnOnce(
      `${url} refused ${lost} spans (status ${status}), which are not sent again; see its answer and its log for the reason`,
    );
}
