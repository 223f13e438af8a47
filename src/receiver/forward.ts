/** A collector that gets all that the receiver gets. */
export interface ForwardOptions {
  /** Its address, without the path of a signal: `http://localhost:4318`. */
  url: string;
  /** Headers of each request to it, such as its key. Default: none. */
  headers?: Readonly<Record<string, string>>;
}

/** One request as it was received. */
export interface Received {
  /** `/v1/traces` and its siblings. */
  readonly path: string;
  readonly body: Buffer;
  readonly type: string;
  readonly encoding: string | undefined;
}

/** What became of the requests that were to be forwarded. */
export interface ForwardStats {
  forwarded: number;
  /** Refused by the collector, or no longer waited for. */
  lost: number;
}

/** Bytes that wait for the collector: a minute of a busy service. */
const MAX_BYTES = 32 * 1024 * 1024;

/** A collector that does not answer is tried this often, with pauses of 0.5, 1, 2 and 4 s. */
const ATTEMPTS = 5;
const FIRST_PAUSE = 500;

/** ms for an answer. */
const TIMEOUT = 10_000;

/** What OTLP has sent again (https://opentelemetry.io/docs/specs/otlp/#failures-1). */
const RETRYABLE = new Set([429, 502, 503, 504]);

/** Sends what was received on to a collector, one request after the other, in the order of their arrival. */
export class Forwarder {
  readonly stats: ForwardStats = { forwarded: 0, lost: 0 };
  readonly #target: ForwardOptions;
  readonly #warn: (message: string) => void;
  readonly #stopped = new AbortController();
  readonly #queue: Received[] = [];
  #bytes = 0;
  #isSending = false;
  #hasWarned = false;

  constructor(target: ForwardOptions, warn: (message: string) => void) {
    this.#target = { ...target, url: target.url.replace(/\/+$/, '') };
    this.#warn = warn;
  }

  add(received: Received): void {
    if (this.#bytes + received.body.length > MAX_BYTES) {
      this.#lose('it takes less than comes');
      return;
    }
    this.#bytes += received.body.length;
    this.#queue.push(received);
    void this.#send();
  }

  /** Gives up what waits. */
  close(): void {
    this.#stopped.abort();
    this.stats.lost += this.#queue.length;
    this.#queue.length = 0;
  }

  async #send(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    for (let next = this.#queue[0]; next && !this.#stopped.signal.aborted; next = this.#queue[0]) {
      const problem = await this.#deliver(next);
      if (this.#stopped.signal.aborted) break;
      this.#queue.shift();
      this.#bytes -= next.body.length;
      if (problem === undefined) this.stats.forwarded++;
      else this.#lose(problem);
    }
    this.#isSending = false;
  }

  /** Answers what went wrong for good. */
  async #deliver({ path, body, type, encoding }: Received): Promise<string | undefined> {
    let problem: string | undefined;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt > 0) await this.#pause(FIRST_PAUSE * 2 ** (attempt - 1));
      if (this.#stopped.signal.aborted) return problem;
      try {
        const response = await fetch(this.#target.url + path, {
          method: 'POST',
          body: new Uint8Array(body),
          headers: {
            'Content-Type': type,
            ...(encoding ? { 'Content-Encoding': encoding } : {}),
            ...this.#target.headers,
          },
          signal: AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(TIMEOUT)]),
        });
        await response.arrayBuffer();
        if (response.ok) return undefined;
        problem = `it answered ${response.status}`;
        if (!RETRYABLE.has(response.status)) return problem;
      } catch (error) {
        const cause = (error as Error).cause as Error | undefined;
        problem = cause?.message || (error as Error).message;
      }
    }
    return problem;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#stopped.signal.addEventListener(
        'abort',
        () => {
          clearTimeout(timer);
          resolve();
        },
        { once: true },
      );
    });
  }

  #lose(problem: string): void {
    this.stats.lost++;
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#warn(`spans could not be forwarded to ${this.#target.url}: ${problem}; see that a collector is there`);
  }
}
