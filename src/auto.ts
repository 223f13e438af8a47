/**
 * `zonetrace/auto`: import it for its effect, which is `startTracing()` with the defaults.
 * @module zonetrace/auto
 */
import { startTracing } from './index.js';

startTracing();
