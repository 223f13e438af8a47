/**
 * `zonetrace/zone`: a value that follows asynchronous work, native `async`/`await` included, without any tracing.
 * @module
 */
import { install } from './install.js';

export { install, uninstall } from './install.js';
export { Snapshot, ZoneVariable, type ZoneVariableOptions } from './variable.js';

install();
