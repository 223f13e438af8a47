import './clock.js';
import { browserTracingIntegration, getActiveSpan, init, startSpan } from '@sentry/browser';
import { serveBenchmarks } from './measure.js';

init({
  dsn: 'https://public@127.0.0.1/1',
  tracesSampleRate: 1,
  // The page load's own span would become the parent of everything measured.
  integrations: [browserTracingIntegration({ instrumentPageLoad: false, instrumentNavigation: false })],
  transport: () => ({ send: async () => ({}), flush: async () => true }),
});

serveBenchmarks({
  withSpan: (name, fn) => startSpan({ name }, fn),
  current: getActiveSpan,
  hasAttributes: true,
  // It drops what a root has beyond.
  mostSpans: 1000,
});
