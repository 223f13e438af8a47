/**
 * What the script tag loads once tracing has started, in one file beside its own.
 * @module
 */
export { mountLauncher } from '../panel/launcher.js';
export * from './instrumentation/late.js';
export { Delivery } from './pipeline/delivery.js';
