import type { Span } from './span.js';
import type { Trace } from './trace.js';

/** A span with its children, in the order of their start. */
export interface SpanNode {
  span: Span;
  depth: number;
  children: SpanNode[];
}

/** The spans of a trace depth first. A span whose parent is not of the trace stands at the top. */
export function flattenTrace(trace: Trace): SpanNode[] {
  const nodes = new Map<Span, SpanNode>();
  const roots: SpanNode[] = [];
  for (const span of trace.spans) {
    const node: SpanNode = { span, depth: 0, children: [] };
    nodes.set(span, node);
    const parent = span.parent && nodes.get(span.parent);
    if (parent) parent.children.push(node);
    else roots.push(node);
  }
  const flat: SpanNode[] = [];
  const waiting = roots.reverse();
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    flat.push(node);
    for (const child of [...node.children].reverse()) {
      child.depth = node.depth + 1;
      waiting.push(child);
    }
  }
  return flat;
}

/** A duration for people: `480 µs`, `12.3 ms`, `1.24 s`, `2 min 5 s`; `…` while a span is open. */
export function formatDuration(ms: number | undefined): string {
  if (ms === undefined || Number.isNaN(ms)) return '…';
  if (ms < 0.9995) return `${Math.round(ms * 1000)} µs`;
  if (ms < 999.5) return `${round3(ms)} ms`;
  const s = ms / 1000;
  if (s < 59.95) return `${round3(s)} s`;
  const whole = Math.round(s);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function round3(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
