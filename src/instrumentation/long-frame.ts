import { openStore } from '../open-store.js';
import { anchorClock } from '../trace/clock.js';
import type { Span } from '../trace/span.js';
import type { SpanContext } from '../trace/types.js';
import { tracer } from '../tracer.js';
import { listenOutside } from '../zone/outside.js';
import { runOutside } from '../zone/variable.js';
import { cleanUrl } from './clean-url.js';
import { findFrameCause } from './frame-cause.js';
import type { Run } from './noted-runs.js';
import { pageContext } from './page.js';

/** Scripts of a frame that become spans, the longest ones: a frame of a second can have two hundred. */
const MAX_SCRIPTS = 20;

/** Long frames of no traced work that are kept: a page that is slow all day does not grow for ever. */
const MAX_UNCAUSED = 200;

/** https://w3c.github.io/long-animation-frames/#sec-performancescripttiming */
interface ScriptTiming extends PerformanceEntry {
  invoker: string;
  invokerType: string;
  sourceURL: string;
  sourceFunctionName: string;
  sourceCharPosition: number;
  forcedStyleAndLayoutDuration: number;
  pauseDuration: number;
}

/** https://w3c.github.io/long-animation-frames/#sec-loaf-timing; of a long task, only what every entry has. */
interface FrameTiming extends PerformanceEntry {
  blockingDuration?: number;
  renderStart?: number;
  styleAndLayoutStart?: number;
  scripts?: readonly ScriptTiming[];
}

const withoutSecrets = (text: string): string => (URL.canParse(text) ? cleanUrl(new URL(text)) : text);

function scriptAttributes(script: ScriptTiming): Record<string, unknown> {
  return {
    'code.function.name': script.sourceFunctionName,
    'code.file.path': withoutSecrets(script.sourceURL),
    'long_frame.script.char_position': script.sourceCharPosition,
    'long_frame.script.invoker': withoutSecrets(script.invoker),
    'long_frame.script.invoker_type': script.invokerType,
    'long_frame.script.forced_style_and_layout_duration': script.forcedStyleAndLayoutDuration,
    'long_frame.script.pause_duration': script.pauseDuration,
  };
}

function frameAttributes(frame: FrameTiming): Record<string, unknown> {
  const { blockingDuration, renderStart, styleAndLayoutStart, scripts } = frame;
  const sinceStart = (start: number | undefined): number => (start ? frame.startTime + frame.duration - start : 0);
  return scripts
    ? {
        'long_frame.blocking_duration': blockingDuration,
        'long_frame.render_duration': sinceStart(renderStart),
        'long_frame.style_and_layout_duration': sinceStart(styleAndLayoutStart),
        'long_frame.scripts': scripts.length,
      }
    : {};
}

/**
 * Makes a span of each long animation frame (of each long task, where the browser has no frames) below the span whose task
 * ran then, and of its scripts. What no traced work caused belongs to the page. Where the browser has neither, nothing.
 * `runs`: what ran since tracing started; the browser has kept the frames of that time.
 */
export function observeLongFrames(runs: readonly Run[]): () => void {
  const { supportedEntryTypes = [] } = PerformanceObserver;
  const type = ['long-animation-frame', 'longtask'].find((each) => supportedEntryTypes.includes(each));
  if (!type) return () => {};
  const told = new WeakSet<Span>();
  let uncaused = 0;
  // What the page's trace holds, the browser told of afterwards, too.
  const wasTold = (span: Span): boolean => {
    const page = pageContext();
    return (
      told.has(span) || span.name.startsWith('web vital') || (page !== undefined && page.traceId === span.knownTraceId)
    );
  };

  function tell(
    name: string,
    entry: PerformanceEntry,
    parent: Span | SpanContext,
    attributes: Record<string, unknown>,
  ): Span {
    const startTime = anchorClock(performance.now()) + entry.startTime;
    const span = tracer.start(name, { parent, startTime, attributes });
    told.add(span);
    span.finish(undefined, startTime + entry.duration);
    return span;
  }

  function take(frame: FrameTiming): void {
    const scripts = [...(frame.scripts ?? [])].sort((a, b) => b.duration - a.duration).slice(0, MAX_SCRIPTS);
    const clock = anchorClock(performance.now());
    let cause: SpanContext | undefined;
    for (const { startTime, duration } of [...scripts, frame])
      cause ??= findFrameCause({ from: startTime, to: startTime + duration, clock }, runs, wasTold);
    if (!cause && uncaused++ >= MAX_UNCAUSED) {
      openStore(tracer).droppedSpans++;
      return;
    }
    const parent = cause ?? pageContext();
    if (!parent) return;
    const span = tell(frame.scripts ? 'long frame' : 'long task', frame, parent, frameAttributes(frame));
    for (const script of scripts) {
      tell(`script ${script.sourceFunctionName || script.invokerType}`, script, span, scriptAttributes(script));
    }
  }

  const observer = runOutside(
    () =>
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) take(entry);
      }),
  );
  observer.observe({ type, buffered: true });
  // What the browser has not handed over yet is told before the page goes: the window hears of that first.
  const takeLast = (): void => {
    for (const entry of observer.takeRecords()) take(entry);
  };
  const forget = listenOutside(window, { visibilitychange: takeLast, pagehide: takeLast }, true);
  return () => {
    forget();
    observer.disconnect();
  };
}
