/**
 * The sources that lose nothing by coming later, as the browser keeps what they tell of. They are loaded together once
 * tracing has started.
 * @module
 */
export { followDocumentLoad } from './loaded-document.js';
export { observeLongFrames } from './long-frame.js';
export { observeWebVitals } from './web-vitals.js';
