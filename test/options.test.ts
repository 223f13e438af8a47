import { expect } from 'chai';
import { type Span, startTracing, type TracingOptions, withSpan } from '../src/index.js';
import { Collector, collectWarnings, only } from './collect.js';

/** What is said where the page gives this option, and nothing else of it goes wrong. */
async function saidOf(options: unknown): Promise<string[]> {
  const given = { instrument: false, panel: false } as const;
  return collectWarnings(async () => {
    const all = typeof options === 'object' ? { ...given, ...options } : options;
    const tracing = startTracing(all as TracingOptions);
    await tracing.stop();
  });
}

describe('options', () => {
  it('that tracing does not know are named, with those that it does', async () => {
    const [text, ...rest] = await saidOf({ exporter: [] });
    expect(rest).to.deep.equal([]);
    expect(text).to.match(/^zonetrace: startTracing has no option "exporter"; the options are service, .*exporters/);
  });

  it('of a wrong type leave their default, and say what to give', async () => {
    expect(await saidOf({ settleTimer: '1 s' })).to.deep.equal([
      'zonetrace: the option settleTimer is "1 s" and its default is used; give a number of ms',
    ]);
    expect(await saidOf({ limits: { attributes: -1, spam: 1 } })).to.deep.equal([
      'zonetrace: the limit attributes is -1 and its default is used; give a number',
      'zonetrace: there is no limit "spam"; the limits are attributes, events, links, ' +
        'attributesPerEvent, attributeValueLength, spansPerTrace',
    ]);
  });

  it('of a source that there is not, or that is no switch, are named, and the sources run', async () => {
    const collector = new Collector();
    let ran: Span | undefined;
    const said = await collectWarnings(async () => {
      const instrument = { ...only('interaction'), interaction: 'on', clicks: true };
      const tracing = startTracing({ instrument, panel: false, processors: [collector] } as unknown as TracingOptions);
      const button = document.createElement('button');
      document.body.append(button);
      button.addEventListener('click', () => withSpan('handle', () => {}));
      button.click();
      button.remove();
      ran = collector.named('handle').parent;
      await tracing.stop();
    });
    expect(said).to.have.members([
      'zonetrace: the option instrument.interaction is on and its default is used; give true, false or options',
      'zonetrace: there is no source of spans "clicks"; the sources are documentLoad, interaction, longFrame, webVitals, ' +
        'fetch, xhr, worker, frame, broadcastChannel, error, webSocket, eventSource, beacon, webTransport, navigation',
    ]);
    expect(ran, 'the click').not.to.equal(undefined);
  });

  it('of a source are read once', async () => {
    let reads = 0;
    const instrument = {
      ...only(),
      get documentLoad() {
        reads++;
        return false;
      },
    };
    const tracing = startTracing({ instrument, panel: false });
    await tracing.stop();
    expect(reads).to.equal(1);
  });
});

describe('a link', () => {
  it('is to a span or a span context; anything else is left out', async () => {
    const context = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), traceFlags: 1, isRemote: true };
    let links: Span['links'] = [];
    const said = await collectWarnings(() =>
      withSpan('cause', (cause) =>
        withSpan('linked', (span) => {
          span.addLink(cause).addLink(context);
          for (const wrong of [undefined, {}, { ...context, traceId: 'x' }, { ...context, spanId: '0123' }]) {
            span.addLink(wrong as never);
          }
          ({ links } = span);
        }),
      ),
    );
    expect(links.map((link) => link.context.spanId)).to.have.length(2);
    expect(said).to.deep.equal([
      'zonetrace: addLink was given something that is neither a span nor a span context; the link is left out',
    ]);
  });

  it('comes in an array; a text of a million letters is not read letter by letter', async () => {
    const said = await collectWarnings(() =>
      withSpan('linked', { links: 'x'.repeat(1_000_000) as never }, ({ links, droppedLinksCount }) =>
        expect([links.length, droppedLinksCount]).to.deep.equal([0, 0]),
      ),
    );
    expect(said).to.deep.equal([
      "zonetrace: a span's links are no array and were left out; give an array of { context, attributes }",
    ]);
  });
});
