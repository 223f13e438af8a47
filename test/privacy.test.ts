import { expect } from 'chai';
import { ConsoleExporter, type Span, startTracing, type Tracing, type TracingOptions, withSpan } from '../src/index.js';
import { cleanText, secretParameters } from '../src/trace/clean-text.js';
import { Collector, macrotask } from './collect.js';

/** Everything that is kept of the spans, as one text. */
function dump(tracing: Tracing, collector: Collector): string {
  const seen = new Set<unknown>();
  const texts: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value === 'string') texts.push(value);
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (value instanceof Element || value === tracing) return;
    if (ArrayBuffer.isView(value)) return;
    for (const item of value instanceof Map ? [...value] : value instanceof Set ? [...value] : []) collect(item);
    for (const key of Reflect.ownKeys(value)) {
      if (typeof key === 'string') texts.push(key);
      collect((value as Record<PropertyKey, unknown>)[key]);
    }
  };
  const { store } = tracing;
  const records = store.traces.flatMap(({ rows }) => rows.map((row) => store.record(row)));
  for (const span of [...records, ...collector.started] as Span[]) {
    collect([span.name, span.attributes, span.events, span.links, span.statusMessage, span.context]);
  }
  collect([store.losses, store.services]);
  return texts.join('\n');
}

describe('privacy', () => {
  let collector: Collector;
  let tracing: Tracing;
  let host: HTMLElement;

  const start = (options: TracingOptions = {}): void => {
    collector = new Collector();
    tracing = startTracing({ processors: [collector], panel: false, ...options });
  };

  beforeEach(() => {
    host = document.createElement('main');
    document.body.append(host);
  });

  afterEach(async () => {
    host.remove();
    await tracing.stop();
  });

  it('records nothing that a person typed, chose or attached, whatever the field', async () => {
    start();
    tracing.store.clear();
    const secret = (name: string) => `SECRET-${name}`;
    const fields: HTMLElement[] = [];
    const types = 'text search password email tel url hidden number date time color range checkbox radio file'.split(
      ' ',
    );
    const values: Record<string, string> = {
      url: 'https://secret.example/SECRET-url',
      number: '4111111111',
      date: '1977-11-13',
      time: '11:37',
      color: '#5ec9e7',
      range: '73',
    };
    for (const type of types) {
      const label = document.createElement('label');
      label.textContent = `Field ${type}`;
      const input = document.createElement('input');
      Object.assign(input, { type, name: type, autocomplete: 'cc-number' });
      if (type === 'file') {
        const files = new DataTransfer();
        files.items.add(new File(['SECRET-content'], 'SECRET-file.pdf'));
        input.files = files.files;
      } else input.value = values[type] ?? secret(type);
      label.append(input);
      fields.push(input);
      host.append(label);
    }
    host.insertAdjacentHTML(
      'beforeend',
      `<label>Notes <textarea>${secret('textarea')}</textarea></label>
       <label>Choice <select multiple><option selected value="SECRET-option">SECRET-label</option></select></label>
       <div contenteditable="true"><b>${secret('editable')}</b></div>
       <div contenteditable="plaintext-only">${secret('plaintext')}</div>
       <p contenteditable><span role="button" tabindex="0">${secret('button-in-editable')}</span></p>
       <div role="textbox" contenteditable="true" id="box">${secret('textbox')}</div>
       <datalist id="known"><option value="SECRET-datalist"></option></datalist>
       <output>${secret('output')}</output>
       <form action="/search?q=SECRET-action"><input name="q" value="SECRET-query"><button>Send</button></form>`,
    );
    fields.push(
      ...host.querySelectorAll<HTMLElement>(
        'textarea, select, select option, [contenteditable], b, span, output, form input',
      ),
    );
    const typed = host.querySelector('form input') as HTMLInputElement;
    for (const type of ['click', 'dblclick', 'input', 'change', 'keydown', 'drop', 'submit', 'focusout']) {
      host.addEventListener(type, (event) => {
        event.preventDefault();
        withSpan('work', () => {});
      });
    }
    for (const field of fields) {
      field.click();
      for (const event of [
        new MouseEvent('dblclick', { bubbles: true }),
        new InputEvent('input', { bubbles: true, data: 'SECRET-data', inputType: 'insertReplacementText' }),
        new Event('change', { bubbles: true }),
        new KeyboardEvent('keydown', { bubbles: true, key: 'Enter' }),
        new KeyboardEvent('keydown', { bubbles: true, key: 'SECRET-key', code: 'KeyS' }),
        new KeyboardEvent('keydown', { bubbles: true, composed: true, key: 'ß', altKey: true, ctrlKey: true }),
        new DragEvent('drop', { bubbles: true }),
      ]) {
        field.dispatchEvent(event);
      }
    }
    typed.form?.requestSubmit();
    await macrotask(600); // typing ends after half a second
    const text = dump(tracing, collector);
    expect(collector.started.length).to.be.greaterThan(fields.length * 5);
    expect(text).to.contain('Field password');
    expect(text.split('\n').filter((line) => /SECRET|ß/i.test(line))).to.deep.equal([]);
    const words = new Set(text.split(/[\s"]+/)); // an id may contain any two digits
    for (const value of Object.values(values)) expect(words.has(value), value).to.equal(false);
  });

  it('takes the secrets of URLs out of every text: attributes, names, messages, stacks, events, links', async () => {
    start({ redactParameters: ['ticket'] });
    tracing.store.clear();
    const url = 'https://jane:hunter2@shop.example/a?access_token=hunter2&page=2#id_token=hunter2&x=1';
    withSpan(`open ${url}`, (span) => {
      span.setAttribute('url', url).setAttribute('urls', [url, '/relative?Ticket=hunter2']);
      span.addEvent(`went to ${url}`, { url });
      span.addLink({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1, isRemote: false }, { url });
      const error = new Error(`no answer of ${url}`);
      error.stack = `Error: no answer\n    at load (${url}?token=hunter2:10:5)\n`;
      span.recordException(error);
      span.updateName(`${span.name} again ${url}`);
    });
    await fetch('/test-server/headers?api_key=hunter2&page=3#token=hunter2');
    const text = dump(tracing, collector);
    expect(text).not.to.contain('hunter2');
    expect(text).not.to.contain('jane');
    expect(text).to.contain('https://shop.example/a?access_token=REDACTED&page=2#id_token=REDACTED&x=1');
    expect(text).to.contain('/relative?Ticket=REDACTED');
    expect(text).to.contain('?api_key=REDACTED&page=3#token=REDACTED');
    const exception = collector.started[0]?.events.find(({ name }) => name === 'exception')?.attributes;
    expect(exception?.['code.line.number']).to.equal(10);
    expect(exception?.['exception.stacktrace']).to.contain(':10:5)');
  });

  it('lets redact see everything that is stored, and nothing it takes out remains', async () => {
    const seen = new Map<string, boolean>();
    const resources: object[] = [];
    const exporter = {
      start: ({ resource }: { resource: object }) => resources.push(resource),
      export: () => {},
      shutdown: async () => {},
    };
    start({
      service: { name: 'shop', attributes: { owner: 'PRIVATE owner' } },
      exporters: [exporter, new ConsoleExporter({ console: { groupCollapsed() {}, log() {}, groupEnd() {} } })],
      redact(attribute, value, span) {
        seen.set(attribute, span !== undefined);
        if (attribute === 'dropped') return undefined;
        return typeof value === 'string' ? value.replaceAll('PRIVATE', 'removed') : value;
      },
    });
    tracing.store.clear();
    withSpan('PRIVATE name', { attributes: { a: 'PRIVATE', dropped: 'PRIVATE' } }, (span) => {
      span.addEvent('PRIVATE event', { b: 'PRIVATE' });
      span.addLink(
        { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1, isRemote: false },
        { c: 'PRIVATE' },
      );
      span.recordException(new Error('PRIVATE message'));
      span.updateName('PRIVATE name again');
      span.end();
    });
    withSpan('other', (span) => span.finish({ code: 'ERROR', message: 'PRIVATE status' }));
    expect(dump(tracing, collector)).not.to.contain('PRIVATE');
    expect(JSON.stringify(resources)).not.to.contain('PRIVATE');
    expect(JSON.stringify(resources)).to.contain('removed owner');
    expect(collector.started.map(({ name, statusMessage }) => [name, statusMessage])).to.deep.equal([
      ['removed name again', 'removed message'],
      ['other', 'removed status'],
    ]);
    for (const name of ['a', 'b', 'c', 'dropped', 'span.name', 'status.message', 'event.name', 'exception.message']) {
      expect(seen.get(name), name).to.equal(true);
    }
    expect(seen.get('service.name')).to.equal(false);
  });

  it('has no message in the status where redact leaves out that of the exception', () => {
    start({ redact: (attribute, value) => (attribute.startsWith('exception.') ? undefined : value) });
    expect(() =>
      withSpan('failing', () => {
        throw new Error('PRIVATE');
      }),
    ).to.throw();
    expect(collector.named('failing').statusMessage).to.equal('redacted');
    expect(dump({ ...tracing, store: tracing.store }, collector)).not.to.contain('PRIVATE');
  });

  describe('of URLs', () => {
    const secrets = secretParameters(['ticket', 'a.b']);
    const cases: [string, string][] = [
      ['https://a/b?token=x', 'https://a/b?token=REDACTED'],
      ['https://a/b?TOKEN=x&y=1', 'https://a/b?TOKEN=REDACTED&y=1'],
      ['/b?y=1&api_key=x#z', '/b?y=1&api_key=REDACTED#z'],
      ['?code=x', '?code=REDACTED'],
      ['https://a/#access_token=x&state=y', 'https://a/#access_token=REDACTED&state=y'],
      ['https://a/b?%61ccess_token=x', 'https://a/b?%61ccess_token=REDACTED'],
      ['https://a/b?user[password]=x&tokens[]=2', 'https://a/b?user[password]=REDACTED&tokens[]=2'],
      ['https://a/b?ticket=x&a.b=y&aXb=z', 'https://a/b?ticket=REDACTED&a.b=REDACTED&aXb=z'],
      [
        'https://a/b?next=https%3A%2F%2Fc%2F%3Ftoken%3Dx%26y%3D1',
        'https://a/b?next=https%3A%2F%2Fc%2F%3Ftoken%3DREDACTED%26y%3D1',
      ],
      ['https://user:pa:ss@a/b', 'https://a/b'],
      ['https://user@a/b', 'https://a/b'],
      ['ftp://u:p@x@a/b and ws://v:q@c/d', 'ftp://a/b and ws://c/d'],
      ['https://a/@scope/b?monkey=1', 'https://a/@scope/b?monkey=1'],
      ['https://a/b?q=%7e(x)%2f&r=it%27s+so', 'https://a/b?q=%7e(x)%2f&r=it%27s+so'],
      ['a = b; mail jane@shop.example?', 'a = b; mail jane@shop.example?'],
      ['https://a/b?%=1&token=%', 'https://a/b?%=1&token=REDACTED'],
      ['at f (https://a/b.js?token=x:1:2)', 'at f (https://a/b.js?token=REDACTED:1:2)'],
    ];
    for (const [text, clean] of cases) {
      it(`makes ${clean} of ${text}`, () => {
        start();
        expect(cleanText(text, secrets)).to.equal(clean);
      });
    }
  });
});
