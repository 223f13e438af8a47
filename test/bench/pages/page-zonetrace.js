import './clock.js';
import { startTracing, withSpan } from '../../../src/index.ts';
import { NoOpProcessor } from './no-op-processor.js';
import { serveWholePage } from './whole-page.js';

startTracing({ panel: false, processors: [new NoOpProcessor()] });

serveWholePage({ withSpan });
