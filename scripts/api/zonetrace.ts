/**
 * Tracing for the browser: spans that keep their parent across `await`, shown live in an overlay in the page.
 * @module zonetrace
 */
// The entry hands over what the first copy in the page has; here are the declarations with their members.
export * from '../../src/index.js';
export { setUser } from '../../src/set-user.js';
export { Span } from '../../src/trace/span.js';
export { Trace } from '../../src/trace/trace.js';
export { traceMethods } from '../../src/trace-methods.js';
export { type TracedDecorator, traced } from '../../src/traced.js';
export { startTracing } from '../../src/tracing.js';
export { endSpan, getCurrentSpan, getCurrentTrace, startSpan, withSpan } from '../../src/verbs.js';
