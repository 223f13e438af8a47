import type { Span } from '../src/index.js';
import type { TracedPage } from './fixtures/traced-page.js';
import { until } from './until.js';

const frames: HTMLIFrameElement[] = [];

/** A page of the test server (see page-server.js) in a frame; answers as soon as it traces, loaded or not. */
export async function openTraced(path: string): Promise<TracedPage> {
  const frame = openPage(path);
  const page = frame.contentWindow as unknown as TracedPage;
  await until(() => page.tracing, `tracing in ${path}`);
  return page;
}

export function openPage(path: string): HTMLIFrameElement {
  const frame = document.createElement('iframe');
  frame.src = `/test-server/page/${path}`;
  frames.push(frame);
  document.body.append(frame);
  return frame;
}

export function closePages(): void {
  for (const frame of frames.splice(0)) frame.remove();
}

/** The span of a name, once it has ended. */
export function ended(page: TracedPage, name: string | RegExp): Promise<Span> {
  const isIt = (span: Span) => (typeof name === 'string' ? span.name === name : name.test(span.name));
  return until(() => page.collector?.ended.find(isIt), `the end of ${name}`);
}
