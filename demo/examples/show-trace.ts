import { renderTraceSvg, type Trace, type Tracing } from 'zonetrace';
import { byId, element } from '../src/dom.js';

declare global {
  interface Window {
    /** The settled trace, for the end-to-end test. */
    exampleTrace?: Trace;
  }
}

/**
 * Shows the picture of a trace once nothing more is expected of it. As an image it needs no leave of the page's content
 * security policy: parsed into the page, its style element would be refused by `style-src 'self'`.
 */
export async function showTrace(tracing: Tracing, trace: Trace | undefined): Promise<void> {
  if (!trace) return;
  const settled = await trace.settled;
  const picture = element('img', { alt: `Bar chart of the trace “${settled.rootSpan?.name}”` });
  picture.src = `data:image/svg+xml,${encodeURIComponent(renderTraceSvg(settled))}`;
  byId('trace-picture', HTMLElement).replaceChildren(picture);
  await tracing.flush(); // the console exporter would wait for more
  window.exampleTrace = settled;
}
