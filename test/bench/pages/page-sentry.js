import './clock.js';
import { browserTracingIntegration, init } from '@sentry/browser';
import { serveWholePage } from './whole-page.js';

init({
  dsn: 'https://public@127.0.0.1/1',
  tracesSampleRate: 1,
  integrations: [browserTracingIntegration()],
  transport: () => ({ send: async () => ({}), flush: async () => true }),
});

serveWholePage();
