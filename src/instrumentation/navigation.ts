import { isHidden } from '../is-hidden.js';
import { currentScope, zoneFor } from '../scope.js';
import { anchorClock } from '../trace/clock.js';
import type { Span } from '../trace/span.js';
import { tracer } from '../tracer.js';
import { addEventHook } from '../zone/hooks.js';
import { listenOutside, setTimerOutside } from '../zone/outside.js';
import { replaceMethod, undoAll } from '../zone/replace.js';
import { runInZone } from '../zone/run.js';
import { runOutside } from '../zone/variable.js';
import { cleanUrl } from './clean-url.js';
import { failHttpSpan } from './http-span.js';
import { interactionBehind } from './interaction.js';
import { setPage } from './page.js';

/** More navigations than this in so many ms are no person's: a page that writes its state to the address while it moves. */
const MAX_NAVIGATIONS = 20;
const MAX_NAVIGATIONS_IN = 10_000;

/** How long (ms) a trace is kept live for an event that is to tell of its navigation: one that is called off has none. */
const EVENT_WAIT = 1000;

type NavigationType = 'push' | 'replace' | 'traverse' | 'reload';

interface Change {
  from: string;
  to: string;
  type: NavigationType;
  /** No script called for it. */
  byPlatform: boolean;
  /** The interaction that the platform answered with it. */
  cause?: Span | undefined;
  isSameDocument: boolean;
}

/** An event that is to tell of a navigation. */
interface AwaitedEvent {
  type: string;
  url: string;
  span: WeakRef<Span> | undefined;
  /** Lets go of the span's trace, which is kept live until then. */
  release?: ((wasActive: boolean) => void) | undefined;
}

/** What a route is called: no query, and of the fragment only what is a path itself. */
function routeOf(url: URL): string {
  const host = url.origin === location.origin ? '' : url.host;
  return `${host}${url.pathname}${/^#!?\/[^?]*/.exec(url.hash)?.[0] ?? ''}`;
}

/** Routers rewrite the address to keep state in it: with the path as it was, nobody went anywhere. */
function isNavigation({ from, to, type }: Change): boolean {
  if (!/^(https?|file):/.test(to)) return false; // mailto: and the like open something else
  if (type === 'reload') return true;
  return type === 'replace' ? routeOf(new URL(from)) !== routeOf(new URL(to)) : from !== to;
}

/**
 * Makes a span of each navigation inside the document, by the Navigation API where it is there and the History API
 * otherwise; and of each return from the back/forward cache. Its parent is the span that asked for it. The listeners and
 * handlers that the platform calls for a navigation run in its span, which ends with its transition, or with its trace;
 * those that it calls at once while a script changes the fragment (`popstate`) run in the span of the script, if it has one.
 */
export function traceNavigations(): () => void {
  const { navigation } = window as { navigation?: Navigation };
  const spans = new WeakMap<Event, Span | undefined>();
  /** The address before the navigation that is under way, or as of the last one. */
  let address = location.href;
  /** Navigations that an event will tell of, by its type and the address: the next one may have begun by then. */
  let awaited: AwaitedEvent[] = [];
  /** The last navigation, and what keeps its trace live until its transition has finished. */
  let last: Span | undefined;
  let release: (() => void) | undefined;
  let counted = 0;
  let countedSince = Number.NEGATIVE_INFINITY;
  let dropped = 0;

  function begin(change: Change): Span | undefined {
    if (!isNavigation(change)) return undefined;
    const now = performance.now();
    if (now - countedSince > MAX_NAVIGATIONS_IN) {
      countedSince = now;
      counted = 0;
    }
    if (++counted > MAX_NAVIGATIONS) {
      dropped++;
      return undefined;
    }
    const to = new URL(change.to);
    const span = tracer.start(`navigate ${routeOf(to)}`, {
      ...(change.cause ? { parent: change.cause } : { root: change.byPlatform && !currentScope() }),
      endsItself: true,
      attributes: {
        'url.full': cleanUrl(to),
        'zonetrace.navigation.from': cleanUrl(new URL(change.from)),
        'zonetrace.navigation.type': change.type,
        'zonetrace.navigation.same_document': change.isSameDocument,
      },
    });
    if (dropped > 0) span.setAttribute('zonetrace.navigation.dropped', dropped);
    dropped = 0;
    if (change.isSameDocument) setPage(span);
    return span;
  }

  /** Ends the wait for a transition. */
  function settle(): void {
    release?.();
    release = undefined;
  }

  function awaitEvent(type: string, url: string, span: Span | undefined): void {
    const event: AwaitedEvent = { type, url, span: span && new WeakRef(span) };
    if (span) {
      const done = span.trace.hold();
      const stopTimer = setTimerOutside(() => event.release?.(false), EVENT_WAIT);
      event.release = (wasActive) => {
        event.release = undefined;
        stopTimer();
        done(wasActive);
      };
    }
    awaited.push(event);
    forgetEvents((_event, i) => i < awaited.length - MAX_NAVIGATIONS);
  }

  /** Ends the wait for the events of which `isOver` says so. */
  function forgetEvents(isOver: (event: AwaitedEvent, index: number) => boolean): void {
    awaited = awaited.filter((event, i) => {
      if (!isOver(event, i)) return true;
      event.release?.(false);
      return false;
    });
  }

  /** The span that an event was awaited for; the last one where it was not. Events of a type come in order. */
  function spanAwaiting(type: string, url: string): Span | undefined {
    const at = awaited.findIndex((each) => each.type === type && each.url === url);
    const event = awaited[at];
    if (!event) return last;
    event.release?.(true);
    forgetEvents((each, i) => i <= at && each.type === type);
    return event.span?.deref();
  }

  /** The span of an event of the Navigation API. */
  function navigated(event: NavigateEvent): Span | undefined {
    if (spans.has(event)) return spans.get(event);
    const { destination, navigationType: type, userInitiated } = event;
    const { sameDocument: isSameDocument } = destination;
    // https://html.spec.whatwg.org/multipage/nav-history-apis.html#dom-navigateevent-sourceelement
    const { sourceElement, formData } = event as NavigateEvent & { sourceElement?: Element | null };
    const cause =
      userInitiated && sourceElement && !currentScope()
        ? interactionBehind(formData ? 'submit' : 'click', sourceElement)
        : undefined;
    settle();
    last =
      event.downloadRequest === null
        ? begin({
            from: location.href,
            to: destination.url,
            type,
            byPlatform: userInitiated || type === 'traverse',
            cause,
            isSameDocument,
          })
        : undefined;
    spans.set(event, last);
    address = location.href;
    const { url } = destination;
    // One before that was called off, as by a page that asks whether to leave, was never told of.
    forgetEvents((each) => each.type === 'popstate' && each.url === url);
    if (event.hashChange || type === 'traverse') awaitEvent('popstate', url, last);
    return last;
  }

  /** The span of an event that tells that the address has changed. */
  function moved(event: Event): Span | undefined {
    if (!event.isTrusted || spans.has(event)) return spans.get(event);
    const { href } = location;
    const { type, newURL = href } = event as Partial<HashChangeEvent> & Event;
    // The Navigation API has told before; of a fragment, `popstate` has.
    if (!navigation && (href !== address || type === 'popstate')) {
      last = begin({ from: address, to: href, type: 'traverse', byPlatform: true, isSameDocument: true });
      awaitEvent(type, newURL, last);
    }
    const span = spanAwaiting(type, newURL);
    // It comes in a task of its own, and in no browser where the path has changed too.
    const isHash = address !== href && address.split('#', 1)[0] === href.split('#', 1)[0];
    if (type === 'popstate' && isHash) awaitEvent('hashchange', href, span);
    address = href;
    spans.set(event, span);
    return span;
  }

  function restored(event: PageTransitionEvent): Span | undefined {
    if (!event.persisted || spans.has(event)) return spans.get(event);
    const url = new URL(location.href);
    const span = tracer.start(`restore ${routeOf(url)}`, {
      root: true,
      endsItself: true,
      startTime: anchorClock(performance.now()) + event.timeStamp,
      attributes: { 'url.full': cleanUrl(url), 'zonetrace.navigation.type': 'back_forward_cache' },
    });
    spans.set(event, span);
    setPage(span);
    if (isHidden() === false) {
      // Until the page is seen again.
      const shown = span.trace.hold();
      runOutside(() => requestAnimationFrame(() => setTimerOutside(shown, 0)));
    }
    return span;
  }

  const causes: Record<string, (event: never) => Span | undefined> = {
    navigate: navigated,
    popstate: moved,
    hashchange: moved,
    pageshow: restored,
  };
  const undo = [
    listenOutside(window, { popstate: moved, hashchange: moved, pageshow: restored }),
    addEventHook({
      enter(_task, event, base) {
        // The target of `pageshow` is the document.
        const isOurs = event.currentTarget === window || event.currentTarget === navigation;
        const span = isOurs && Object.hasOwn(causes, event.type) ? causes[event.type]?.(event as never) : undefined;
        return span?.trace.state === 'live' ? zoneFor(span, base) : undefined;
      },
    }),
    settle,
    () => forgetEvents(() => true),
    () => setPage(undefined),
  ];
  if (navigation) undo.push(...traceTransitions(navigation));
  else undo.push(traceHistory('pushState', 'push'), traceHistory('replaceState', 'replace'));

  function traceTransitions(api: Navigation): (() => void)[] {
    return [
      listenOutside(api, {
        navigate: navigated,
        navigatesuccess: settle,
        navigateerror({ error }: ErrorEvent) {
          if (last) failHttpSpan(last, (error as Error | null)?.name === 'AbortError' ? 'abort' : 'error', error);
          settle();
        },
      }),
      replaceMethod<NavigateEvent['intercept']>(NavigateEvent.prototype, 'intercept', (native) => {
        return function (this: NavigateEvent, ...args) {
          const span = this instanceof NavigateEvent ? navigated(this) : undefined;
          if (!span || span.trace.state === 'settled') return native.apply(this, args);
          const result = runInZone(zoneFor(span), native, this, args);
          if (!release) {
            const done = span.trace.hold();
            release = () => {
              span.finish();
              done();
            };
            setPage(span);
          }
          return result;
        };
      }),
    ];
  }

  function traceHistory(name: 'pushState' | 'replaceState', type: NavigationType): () => void {
    return replaceMethod<History['pushState']>(History.prototype, name, (native) => {
      return function (this: History, ...args) {
        const from = location.href;
        const result = native.apply(this, args);
        if (this === history) {
          address = location.href;
          last = begin({ from, to: address, type, byPlatform: false, isSameDocument: true }) ?? last;
        }
        return result;
      };
    });
  }

  return undoAll(undo);
}
