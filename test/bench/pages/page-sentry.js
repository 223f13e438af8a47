import './clock.js';
import { browserTracingIntegration, init, startSpan } from '@sentry/browser';
import { serveWholePage } from './whole-page.js';

init({
  dsn: 'https://public@127.0.0.1/1',
  tracesSampleRate: 1,
  integrations: [browserTracingIntegration()],
  transport: () => ({ send: async () => ({}), flush: async () => true }),
});

serveWholePage({ withSpan: (name, fn) => startSpan({ name }, fn) });
