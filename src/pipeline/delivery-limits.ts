/** How patient a delivery is; an object, so that a test need not be. All times in ms. */
export const LIMITS = {
  /** An exporter or a processor may take so long to answer; OpenTelemetry's default. */
  answer: 30_000,
  /** Before the first further attempt; doubled for each one after it, and up to a half taken off by chance. */
  firstBackoff: 1000,
  /** A receiver that is down for a night is asked once in a while. */
  maxBackoff: 15 * 60_000,
  /** Attempts a batch: a receiver that takes it and cannot say so (wrong CORS) has it no more often. */
  attempts: 12,
  /** What is kept longer helps nobody. */
  expiry: 48 * 3_600_000,
  /** Batches in memory where there is no offline queue. */
  memoryBatches: 32,
  /** Batches in the offline queue: at 20 KB each, usual after compression, some 2 MB; of pages that were left, up to 6 MB. */
  storedBatches: 100,
  /** Bytes of one request before compression; more is split. Collectors take 20 MB, proxies often 1 MB. */
  body: 512 * 1024,
  /** Bytes of one request of a page that is being left: small ones fill the budget best. */
  lastBody: 15_000,
  /** Bytes of what such a page keeps in one: Chromium gives large values files of their own, which takes longer. */
  lastKept: 60_000,
  /** Below this many bytes compressing costs more than it saves. */
  compressed: 1024,
};
