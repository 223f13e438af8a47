import { type Context, type ContextManager, ROOT_CONTEXT } from '@opentelemetry/api';
import { internals } from '../core.js';
import { activeContext, zoneFor } from './active-context.js';
import { bindTarget, isListenerTarget } from './bind-target.js';

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** OpenTelemetry's contexts on zones: they follow `await`, promises, timers and events. */
export class ZonetraceContextManager implements ContextManager {
  #enabled = true;

  active(): Context {
    return this.#enabled ? activeContext() : ROOT_CONTEXT;
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    context: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    if (!this.#enabled) return fn.apply(thisArg, args);
    return internals.runInZone(zoneFor(context ?? activeContext()), fn, thisArg, args);
  }

  bind<T>(context: Context, target: T): T {
    const wanted = context ?? this.active();
    if (typeof target === 'function') return this.#bindFunction(wanted, target as unknown as AnyFunction) as T;
    if (isListenerTarget(target)) bindTarget(target, wanted, (own, fn) => this.with(own, fn));
    return target;
  }

  enable(): this {
    this.#enabled = true;
    return this;
  }

  disable(): this {
    this.#enabled = false;
    return this;
  }

  #bindFunction(context: Context, fn: AnyFunction): AnyFunction {
    const manager = this;
    const bound: AnyFunction = function (this: unknown, ...args) {
      return manager.with(context, fn as (...args: unknown[]) => unknown, this, ...args);
    };
    for (const property of ['name', 'length'] as const) {
      Object.defineProperty(bound, property, { value: fn[property], configurable: true });
    }
    return bound;
  }
}
