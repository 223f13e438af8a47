import './clock.js';
import { serveWholePage } from './whole-page.js';

serveWholePage({ withSpan: (_name, fn) => fn() });
