import { type Span, startTracing, withSpan } from 'zonetrace';
import { delay } from '../src/delay.js';
import { byId, element } from '../src/dom.js';

const shown = new Set<object>();

/** Lists each exception with the span that has it. */
function show(span: Span): void {
  for (const event of span.events) {
    if (event.name !== 'exception' || shown.has(event)) continue;
    shown.add(event);
    const { 'exception.type': type, 'exception.message': message } = event.attributes;
    byId('recorded', HTMLElement).append(element('li', {}, `${span.name}: ${type}: ${message}`));
  }
}

const tracing = startTracing({
  service: 'errors',
  panel: 'open',
  instrument: { error: { console: true } },
  processors: [{ onStart() {}, onEnd: show, async forceFlush() {}, async shutdown() {} }],
});
Object.assign(window, { tracing });

const actions: Record<string, () => void> = {
  listener() {
    throw new TypeError('thrown in the listener');
  },
  timer() {
    setTimeout(() => {
      throw new RangeError('thrown in a timer');
    }, 20);
  },
  rejection() {
    const load = async (): Promise<void> => {
      await delay(20);
      throw new Error('nobody awaits this');
    };
    void load();
  },
  image() {
    const image = element('img', { alt: 'A teapot that is not there' });
    image.onerror = () => image.remove();
    image.src = '/images/no-such-teapot.png?token=not-recorded';
    byId('recorded', HTMLElement).before(image);
  },
  policy() {
    const script = element('script', {});
    script.src = 'https://elsewhere.example/script.js?token=not-recorded';
    document.head.append(script);
  },
  logged() {
    withSpan('save', () => console.error('could not save', new Error('the disk is full')));
  },
};

for (const [id, run] of Object.entries(actions)) byId(id, HTMLButtonElement).addEventListener('click', run);
