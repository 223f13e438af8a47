/**
 * A value that follows asynchronous work, native `async`/`await` included, without any tracing.
 * @module zonetrace/zone
 */
export { install, uninstall } from '../../src/zone/install.js';
export { Snapshot, ZoneVariable, type ZoneVariableOptions } from '../../src/zone/variable.js';
