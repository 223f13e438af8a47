import * as fc from 'fast-check';
import { getCurrentSpan, type Span, withSpan } from '../../src/index.js';
import type { Collector } from '../collect.js';
import type { Job } from '../fixtures/worker/handle.js';
import { until } from '../until.js';

/** What happens to a page, and what its listeners do then: `body`. */
export type EventStep =
  | { kind: 'event'; by: (typeof EVENTS)[number]; listeners: EventStep[][] }
  | { kind: 'span' | 'call' | 'fork' | 'timer' | 'frame' | 'hash' | 'back' | 'forward'; body: EventStep[] }
  | { kind: 'xhr'; body: EventStep[] }
  | { kind: 'await' | 'pause' | 'fetch' | 'push' | 'replace' | 'worker' | 'visibility' | 'remove' };

/** Those that begin a trace where no span dispatches them, but the last two. */
const EVENTS = ['click', 'dblclick', 'submit', 'change', 'input', 'Enter', 'a', 'mousemove'] as const;

const isInteraction = (by: (typeof EVENTS)[number]): boolean => by !== 'a' && by !== 'mousemove';

const { body } = fc.letrec<{ body: EventStep[]; step: EventStep }>((tie) => {
  const steps = tie('body');
  const of = <T extends EventStep>(weight: number, shape: { [K in keyof T]: fc.Arbitrary<T[K]> }) => ({
    weight,
    arbitrary: fc.record(shape) as unknown as fc.Arbitrary<EventStep>,
  });
  const kinds = <K extends EventStep['kind']>(...each: K[]): fc.Arbitrary<K> => fc.constantFrom(...each);
  return {
    body: fc.array(tie('step'), { minLength: 1, maxLength: 4, size: 'max', depthIdentifier: 'events' }),
    step: fc.oneof(
      { depthIdentifier: 'events', maxDepth: 3, depthSize: 'max' },
      of(4, { kind: kinds('await', 'pause', 'fetch', 'push', 'replace', 'worker', 'visibility', 'remove') }),
      of(4, {
        kind: kinds('event'),
        by: fc.constantFrom(...EVENTS),
        listeners: fc.array(steps, { minLength: 1, maxLength: 2 }),
      }),
      of(4, { kind: kinds('span', 'call', 'fork', 'timer', 'frame', 'hash', 'back', 'forward'), body: steps }),
      of(1, { kind: kinds('xhr'), body: steps }),
    ),
  };
});

export const eventPrograms = body;

/** Few enough for zonetrace, and for the platform, which ignores a page that does so hundreds of times in ten seconds. */
const MOST_NAVIGATIONS = 5;

/** What all programs share that run in one page at a time. */
export class EventPage {
  readonly wrong: string[] = [];
  steps = 0;
  #serial = 0;
  readonly #spans: Collector;
  readonly #worker: Worker;
  /** The last event of typing; a field that is typed in goes on with its trace. */
  #typing: { field: Element; root: Span; at: number } | undefined;
  #navigations = 0;
  /** The address changes, and the event that tells of it has not come. */
  #moving = false;

  constructor(spans: Collector, worker: Worker) {
    this.#spans = spans;
    this.#worker = worker;
  }

  /** Runs a program; resolves when all that it started is done. */
  async run(program: readonly EventStep[]): Promise<void> {
    const work: Promise<unknown>[] = [];
    const form = document.createElement('form');
    const [button, field] = [document.createElement('button'), document.createElement('input')];
    form.append(button, field);
    document.body.append(form);
    const parts = { form, button, field, work };
    // Each step is an event of its own: nothing of the one before is current.
    for (const step of program) {
      await new Promise<void>((resolve) => {
        setTimeout(() => {
          work.push(this.#runBody([step], undefined, parts).then(resolve));
        });
      });
    }
    for (let done = 0; done < work.length; ) {
      done = work.length;
      await Promise.all(work);
    }
    form.remove();
  }

  #fail(what: string): void {
    if (this.wrong.length < 5) this.wrong.push(what);
  }

  #check(span: Span | undefined, where: string): void {
    this.steps++;
    const [is, wanted] = [getCurrentSpan(), visible(span)];
    if (is !== wanted) this.#fail(`${where}: ${is?.name} instead of ${wanted?.name}`);
  }

  /** A span that the library has begun by itself. */
  #expectBegun(mark: string, parent: Span | undefined): Span | undefined {
    const span = this.#spans.started.find(({ attributes }) => String(attributes['url.full']).endsWith(mark));
    if (!span) this.#fail(`no span for ${mark}`);
    else if (span.parent !== parent) this.#fail(`${span.name} below ${span.parent?.name} instead of ${parent?.name}`);
    return span;
  }

  /** `span` is the model: what is current, as it was carried here explicitly. */
  async #runBody(steps: readonly EventStep[], span: Span | undefined, parts: Parts): Promise<void> {
    for (const step of steps) {
      this.#check(span, step.kind);
      await this.#runStep(step, span, parts);
      this.#check(span, `behind ${step.kind}`);
    }
  }

  /** What runs later, in a call of the platform's. */
  #later(steps: readonly EventStep[], span: Span | undefined, parts: Parts, where: string): () => void {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    parts.work.push(promise);
    return () => {
      this.#check(span, where);
      void this.#runBody(steps, span, parts).then(resolve, reject);
    };
  }

  #runStep(step: EventStep, span: Span | undefined, parts: Parts): Promise<unknown> {
    const mark = `n=${++this.#serial}`;
    const parent = visible(span);
    switch (step.kind) {
      case 'await':
        return Promise.resolve();
      case 'pause':
        return new Promise((resolve) => setTimeout(resolve, 1));
      case 'call':
        return this.#runBody(step.body, span, parts);
      case 'fork':
        parts.work.push(this.#runBody(step.body, span, parts));
        return Promise.resolve();
      case 'span':
        return withSpan(mark, (own) => {
          if (own.parent !== parent) this.#fail(`${mark} below ${own.parent?.name} instead of ${parent?.name}`);
          return this.#runBody(step.body, own, parts);
        });
      case 'timer':
        setTimeout(this.#later(step.body, span, parts, 'timer'), 2);
        return Promise.resolve();
      case 'frame':
        requestAnimationFrame(this.#later(step.body, span, parts, 'frame'));
        return Promise.resolve();
      case 'fetch':
        return this.#request(fetch(`/test-server/headers?${mark}`), mark, parent);
      case 'xhr':
        return this.#sendXhr(step.body, span, parts, mark);
      case 'push':
      case 'replace':
        if (this.#mayNavigate()) {
          // A path of its own: what only changes the query in place is no navigation.
          history[`${step.kind}State`](null, '', `/${mark}`);
          this.#expectBegun(mark, parent);
        }
        return Promise.resolve();
      case 'hash':
        return this.#changeHash(step.body, span, parts, mark);
      case 'back':
      case 'forward':
        return this.#traverse(step as Traversal, span, parts, mark);
      case 'worker':
        // One that nobody sends is told late: its sender might still be.
        return parent ? this.#post(mark, parent) : Promise.resolve();
      case 'visibility': {
        const root = parent?.trace.rootSpan;
        const before = root?.events.length ?? 0;
        document.dispatchEvent(new Event('visibilitychange'));
        if (root?.recording && root.events.length !== before + 1)
          this.#fail('a trace not told that the page was hidden');
        return Promise.resolve();
      }
      case 'remove':
        // What was begun from it goes on.
        if (parts.button.isConnected) parts.button.remove();
        else parts.form.append(parts.button);
        return Promise.resolve();
      case 'event':
        this.#dispatch(step, span, parts);
        return Promise.resolve();
    }
  }

  async #request(answer: Promise<Response>, mark: string, parent: Span | undefined): Promise<void> {
    const span = this.#expectBegun(mark, parent);
    const { traceparent } = (await (await answer).json()) as { traceparent?: string };
    const { traceId, spanId } = span?.context ?? {};
    if (traceparent?.slice(0, 52) !== `00-${traceId}-${spanId}`) this.#fail(`fetch carried ${traceparent}`);
  }

  #sendXhr(steps: readonly EventStep[], span: Span | undefined, parts: Parts, mark: string): Promise<void> {
    const xhr = new XMLHttpRequest();
    xhr.open('GET', `/test-server/headers?${mark}`);
    xhr.onload = this.#later(steps, span, parts, 'load');
    const ended = new Promise<void>((resolve) => {
      xhr.onloadend = () => resolve();
    });
    xhr.send();
    this.#expectBegun(mark, visible(span));
    return ended;
  }

  #mayNavigate(): boolean {
    return !this.#moving && ++this.#navigations <= MOST_NAVIGATIONS;
  }

  /** The listeners of the event that tells of it run in the span of the navigation. */
  async #changeHash(steps: readonly EventStep[], span: Span | undefined, parts: Parts, mark: string): Promise<void> {
    if (!this.#mayNavigate()) return;
    this.#moving = true;
    const find = () => this.#spans.started.find(({ attributes }) => String(attributes['url.full']).endsWith(mark));
    const told = this.#hearOf('hashchange', steps, find, parts);
    // Within the assignment: as of what a script dispatches, its listeners run where the script does, if that has a context.
    addEventListener('popstate', () => this.#check(span ?? find(), 'popstate of a hash'), { once: true });
    location.hash = mark;
    this.#expectBegun(mark, visible(span));
    await told;
    this.#moving = false;
  }

  /** Resolves when the event has told of a navigation, in whose span its listeners run. */
  #hearOf(
    type: 'popstate' | 'hashchange',
    steps: readonly EventStep[],
    find: () => Span | undefined,
    parts: Parts,
  ): Promise<void> {
    return new Promise((resolve) => {
      const hear = (): void => {
        const own = find();
        if (!own) this.#fail(`no span for ${type}`);
        this.#check(own, type);
        if (steps.length > 0) parts.work.push(this.#runBody(steps, own, parts));
        resolve();
      };
      addEventListener(type, hear, { once: true });
    });
  }

  /** Back from an address of its own, and forward to it again: nobody's navigations, as the platform begins them later. */
  async #traverse({ kind, body: steps }: Traversal, span: Span | undefined, parts: Parts, mark: string): Promise<void> {
    if (!this.#mayNavigate()) return;
    this.#moving = true;
    history.pushState(null, '', `/${mark}`);
    this.#expectBegun(mark, visible(span));
    const go = async (way: 'back' | 'forward', attribute: string, then: readonly EventStep[]): Promise<void> => {
      const find = () =>
        this.#spans.started.find(
          ({ attributes }) =>
            attributes['zonetrace.navigation.type'] === 'traverse' && String(attributes[attribute]).endsWith(mark),
        );
      const told = this.#hearOf('popstate', then, find, parts);
      history[way]();
      await told;
      if (find()?.parentSpanId !== undefined) this.#fail(`${way} below ${find()?.parent?.name}`);
    };
    await go('back', 'zonetrace.navigation.from', kind === 'back' ? steps : []);
    if (kind === 'forward') await go('forward', 'url.full', steps);
    this.#moving = false;
  }

  async #post(name: string, parent: Span): Promise<void> {
    this.#worker.postMessage({ name } satisfies Job);
    const span = await until(() => this.#spans.ended.find((each) => each.name === name), `the worker's ${name}`);
    const [is, wanted] = [span.parentSpanId, parent.context.spanId];
    if (is !== wanted) this.#fail(`the worker's ${name} below ${is} instead of ${parent.name}`);
    if (span.context.traceId !== parent.context.traceId) this.#fail(`${name} in another trace`);
  }

  #dispatch({ by, listeners }: EventStep & { kind: 'event' }, span: Span | undefined, parts: Parts): void {
    const { form, button, field } = parts;
    const type = by === 'Enter' || by === 'a' ? 'keydown' : by;
    const target = type === 'submit' ? form : type === 'input' || type === 'change' ? field : button;
    const dispatcher = visible(span);
    const init = { bubbles: true, cancelable: true, key: by };
    const sent = type === 'keydown' ? new KeyboardEvent(type, init) : new Event(type, init);
    let root: Span | undefined;
    const remove = listeners.map((steps, i) => {
      const name = `l${++this.#serial}`;
      const listener = {
        [name]: async (event: Event): Promise<void> => {
          event.preventDefault();
          // One of its kind that a listener dispatches is not for this one, which would answer itself without end.
          if (type !== 'submit' && event !== sent) return;
          let own = dispatcher;
          if (!dispatcher && isInteraction(by)) {
            own = getCurrentSpan();
            if (own?.name !== `listener ${name}`) this.#fail(`${by}: ${own?.name} instead of listener ${name}`);
            if (!own?.parent || own.parent.parentSpanId) this.#fail(`${by}: no root around ${name}`);
            if (root && own?.parent !== root) this.#fail(`${by}: two roots`);
            root ??= own?.parent;
            if (root?.attributes['event.type'] !== type) this.#fail(`${by}: root of ${root?.attributes['event.type']}`);
          }
          const done = this.#runBody(steps, own, parts);
          parts.work.push(done);
          await done;
        },
      }[name] as (event: Event) => Promise<void>;
      // The others on its way up; what is removed has none.
      const on = i > 0 && target.isConnected ? document.body : target;
      // The span that registers a listener of the page has no part in what it does.
      withSpan('registering', () => on.addEventListener(type, listener));
      return () => on.removeEventListener(type, listener);
    });
    const typing = this.#typing;
    const since = performance.now();
    const isLive = typing?.root.trace.state === 'live';
    if (type === 'submit') form.requestSubmit();
    else target.dispatchEvent(sent);
    for (const each of remove) each();
    this.#check(span, `behind the dispatch of ${by}`);
    if (type !== 'input' || !root) return;
    // Near the end of the pause that ends typing, either is right.
    const pause = since - (typing?.at ?? 0);
    if (typing && typing.field === field && isLive && pause < 400 && root !== typing.root)
      this.#fail('typing: two roots');
    if (typing && typing.field !== field && root === typing.root) this.#fail('typing: one root for two fields');
    this.#typing = { field, root, at: performance.now() };
  }
}

type Traversal = EventStep & { kind: 'back' | 'forward'; body: EventStep[] };

interface Parts {
  form: HTMLFormElement;
  button: HTMLButtonElement;
  field: HTMLInputElement;
  /** Everything that has been started. */
  work: Promise<unknown>[];
}

/** A settled trace has no current span any more. */
const visible = (span: Span | undefined): Span | undefined => (span?.trace.state === 'settled' ? undefined : span);
