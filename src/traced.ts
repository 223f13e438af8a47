import { internals } from './core.js';
import { readSpanOptions, type SpanOptions } from './span-options.js';
import { toText } from './trace/attribute-value.js';
import { warnOnce } from './warn.js';
import { disguise } from './zone/replace.js';

type AnyFunction = (...args: never[]) => unknown;
type Callable = (this: unknown, ...args: unknown[]) => unknown;

/** A standard decorator (https://github.com/tc39/proposal-decorators) that makes each call of a class element a span. */
export interface TracedDecorator {
  <F extends AnyFunction>(
    value: F,
    context: ClassMethodDecoratorContext | ClassGetterDecoratorContext | ClassSetterDecoratorContext,
  ): F;
  <This, Value>(
    value: ClassAccessorDecoratorTarget<This, Value>,
    context: ClassAccessorDecoratorContext<This, Value>,
  ): ClassAccessorDecoratorResult<This, Value>;
  <This, Value>(value: undefined, context: ClassFieldDecoratorContext<This, Value>): (initial: Value) => Value;
}

/**
 * Wraps a function so that each call is a span, by the rules of `withSpan`. For event handlers and methods: `this`,
 * arguments, result, name and length are the function's own.
 */
export function traced<F extends AnyFunction>(name: string, fn: F): F;
export function traced<F extends AnyFunction>(name: string, options: SpanOptions | undefined, fn: F): F;
/**
 * Without a function: the decorator `@traced('name')` for methods, getters, setters, accessors and fields that hold a
 * function; static and private ones too.
 */
export function traced(name: string, options?: SpanOptions): TracedDecorator;
export function traced(name: string, ...rest: unknown[]): unknown {
  const last = rest.at(-1);
  if (typeof last === 'function') return wrap(name, rest.length > 1 ? (rest[0] as SpanOptions) : undefined, last);
  if (rest.length < 2 && (last === undefined || (typeof last === 'object' && last !== null))) {
    return decorator(name, last as SpanOptions | undefined);
  }
  warnOnce(
    `traced("${toText(name)}") was given something that is not a function and returns it as it is; give the function to wrap`,
  );
  return last;
}

function wrap(name: string, options: SpanOptions | undefined, fn: Function): Function {
  const wrapper: Callable = function (...args) {
    return internals.callInSpan(internals.tracer.begin(name, readSpanOptions(options)), fn as Callable, this, args);
  };
  disguise(wrapper, fn as AnyFunction);
  return wrapper;
}

function decorator(name: string, options: SpanOptions | undefined) {
  return (value: unknown, context?: DecoratorContext) => {
    const wrapped = (fn: unknown): unknown => (typeof fn === 'function' ? wrap(name, options, fn) : fn);
    switch (context?.kind) {
      case 'method':
      case 'getter':
      case 'setter':
        return wrapped(value);
      case 'accessor': {
        const { get, set } = value as ClassAccessorDecoratorTarget<unknown, unknown>;
        return { get: wrapped(get), set: wrapped(set) };
      }
      case 'field':
        return wrapped;
    }
    warnOnce(
      `traced("${toText(name)}") was not used as a standard decorator of a method, accessor or field and does nothing; give it a function, or switch experimentalDecorators off`,
    );
    return undefined;
  };
}
