import { sharedBy } from '../share.js';
import type { SpanContext, SpanRecord } from '../trace/types.js';

/** What comes with a message from another window: who sent it, what to know it by, and what its ports bring along. */
export interface Expected {
  context: SpanContext | undefined;
  data: unknown;
  ports: { index: number; sent: number; received: number; side: MessagePort }[];
}

type Post = (...args: unknown[]) => unknown;

/** What the windows of one origin that trace do for each other, in one thread. */
export interface Neighbour {
  /** Posts a message for code of this window: called by it, so that the platform sees this window as the source. */
  post(native: Post, target: object, args: unknown[]): unknown;
  /** Tells this window of a message that has been posted to it. */
  expect(source: object, expected: Expected): void;
  /** Takes spans for this window's panel and exporters. */
  receive(records: readonly SpanRecord[], service: string, exportsItself: boolean, dropped: number): void;
}

/** With the version of {@link Neighbour}: the other window may run another release. */
export const NEIGHBOUR = 'window 1';

export function neighbourOf(other: unknown): Neighbour | undefined {
  return sharedBy(other)?.[NEIGHBOUR] as Neighbour | undefined;
}

/** The outermost page around this frame that traces and can be reached. */
export function pageAround(): Neighbour | undefined {
  let found: Neighbour | undefined;
  for (let inner: Window = window; inner.parent && inner.parent !== inner; inner = inner.parent) {
    found = neighbourOf(inner.parent) ?? found;
  }
  return found;
}
