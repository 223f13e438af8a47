/**
 * `zonetrace/auto`: import it for its effect, which is `startTracing()` with the defaults.
 * @module
 */
import { startTracing } from './index.js';

startTracing();
