import { scopeIn } from '../scope.js';
import { toAttributeValue } from '../trace/attribute-value.js';
import { wasRecorded } from '../trace/recorded-errors.js';
import { tracer } from '../tracer.js';
import { warnOnce } from '../warn.js';
import { watchFailures, zoneOfFailure, zonesOfLastTask } from '../zone/failure.js';
import { currentFrame } from '../zone/load.js';
import { zoneSymbol } from '../zone/native.js';
import { listenOutside } from '../zone/outside.js';
import { replaceMethod, undoAll } from '../zone/replace.js';
import { ErrorLimit } from './error-limit.js';
import { pageContext } from './page.js';

type Facts = Record<string, unknown>;

/** Reported by browsers where a frame was late by one; nothing failed. */
const BENIGN = /^ResizeObserver loop/;

/** What a browser says instead of an error of another origin's script. */
const MUTED = /^Script error\.?$/;

/** What is thrown is told by its position where it has no stack. */
function positionOf(file: string, line: number, column: number): Facts {
  return file ? { 'code.file.path': file, 'code.line.number': line, 'code.column.number': column } : {};
}

/** The zone of the code that waits for an element to load: of its first listener. */
function zoneOfElement(element: Element): Zone | undefined {
  for (const key of ['errorfalse', 'loadfalse']) {
    const [task] = (element as unknown as Record<string, Task[] | undefined>)[zoneSymbol(key)] ?? [];
    if (task) return task.zone;
  }
  return undefined;
}

/** The zone of the last task, where all that ran in it belongs to one trace: the last one whose span is open. */
function zoneOfTask(): Zone | undefined {
  const zones = zonesOfLastTask();
  const spans = zones.map((zone) => scopeIn(zone)?.span);
  if (new Set(spans.map((span) => span?.trace)).size > 1) return undefined;
  return zones[
    Math.max(
      spans.findLastIndex((span) => span?.recording),
      0,
    )
  ];
}

/**
 * Records what the page does not catch: on the span in whose zone it happened, as a child of that one where it has ended,
 * and in the page's trace where there is no span. An error that a span has recorded on its way is not recorded again.
 */
export function instrumentErrors({ console: withConsole }: { console?: boolean } = {}): () => void {
  const limit = new ErrorLimit();
  let busy = false;

  function record(what: string, error: unknown, zone: Zone | undefined, facts: Facts): void {
    if (wasRecorded(error) || !limit.admits()) return;
    const scope = zone && scopeIn(zone);
    let { span } = scope ?? {};
    if (span) tracer.commit(span);
    if (span?.recording) {
      span.recordException(error, facts);
      return;
    }
    const context = scope?.context;
    const parent = span ?? (context ? undefined : pageContext());
    span = tracer.start(what, {
      ...(parent ? { parent } : { root: true }),
      ...(context && { links: [{ context, attributes: { 'zonetrace.link': 'follows a settled trace' } }] }),
    });
    span.recordException(error, facts).finish();
  }

  function uncaught(event: ErrorEvent): void {
    const { error, message, filename, lineno, colno } = event;
    if (BENIGN.test(message)) return;
    const isMuted = MUTED.test(message) && !filename;
    const zone = zoneOfFailure(error, isMuted) ?? currentFrame().zone;
    const hasStack = typeof error?.stack === 'string';
    record('uncaught error', error, zone, {
      ...((error === null || error === undefined) && { 'exception.type': 'Error', 'exception.message': message }),
      ...(!hasStack && positionOf(filename, lineno, colno)),
      ...(isMuted && { 'zonetrace.cross_origin': true }),
    });
  }

  function notLoaded(element: Element): void {
    const { currentSrc, src, href, data } = element as unknown as Record<string, unknown>;
    const url = String(currentSrc || src || (href as SVGAnimatedString | undefined)?.baseVal || href || data || '');
    if (!url) return; // written into the page and forbidden by its policy, which says so itself
    const message = `${element.localName} could not be loaded`;
    record(`failed ${element.localName}`, { name: 'ResourceError', message }, zoneOfElement(element), {
      'url.full': url.replace(/^(data:[^,]*),.*/s, '$1'),
    });
  }

  const handlers: Record<string, (event: never) => void> = {
    error(event: Event) {
      if (event.target === window) uncaught(event as ErrorEvent);
      else if (event.target instanceof Element) notLoaded(event.target);
    },
    unhandledrejection({ reason }: PromiseRejectionEvent) {
      const exact = zoneOfFailure(reason);
      const zone = exact ?? zoneOfTask();
      record('unhandled rejection', reason, zone, {
        // Where no span ran in the task, it is nobody's, and nothing is claimed.
        ...(zone && !exact && scopeIn(zone) && { 'zonetrace.attribution': 'last task' }),
      });
    },
    securitypolicyviolation(event: SecurityPolicyViolationEvent) {
      const { effectiveDirective, blockedURI, sourceFile, lineNumber, columnNumber, disposition } = event;
      const message = `${effectiveDirective} ${disposition === 'report' ? 'would forbid' : 'forbids'} ${blockedURI}`;
      record('policy violation', { name: 'SecurityPolicyViolation', message }, currentFrame().zone, {
        ...(blockedURI.includes(':') && { 'url.full': blockedURI }),
        ...positionOf(sourceFile, lineNumber, columnNumber),
      });
    },
  };

  function written(args: unknown[]): void {
    const error = args.find((arg) => arg instanceof Error);
    const message = args.map((arg) => String(toAttributeValue(arg))).join(' ');
    record('console.error', error ?? { name: 'console.error', message }, currentFrame().zone, {});
  }

  /** A fault of ours must not be an error of the page, and what a hook of the user does not a further one to record. */
  function guard<A>(handler: (argument: A) => void, argument: A): void {
    if (busy) return;
    busy = true;
    try {
      handler(argument);
    } catch (error) {
      warnOnce('an error could not be recorded; see the cause', error);
    } finally {
      busy = false;
    }
  }

  const listener = (event: Event): void => guard(handlers[event.type] as (event: Event) => void, event);
  const listeners = Object.fromEntries(Object.keys(handlers).map((type) => [type, listener]));
  const undo = [() => limit.tell(), watchFailures(), listenOutside(window, listeners, true)];
  if (withConsole) {
    undo.push(
      replaceMethod<typeof console.error>(console, 'error', (native) => {
        return function (this: unknown, ...args: unknown[]) {
          guard(written, args);
          return native.apply(this as Console, args);
        };
      }),
    );
  }
  return undoAll(undo);
}
