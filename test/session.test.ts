import { expect } from 'chai';
import { type Attributes, setUser, startTracing, type Tracing, withSpan } from '../src/index.js';
import { Session } from '../src/session.js';
import { collectWarnings } from './collect.js';
import { newReceiver, trace } from './pipeline/receiver.js';
import { skip } from './skip.js';
import { until } from './until.js';

const MINUTE = 60_000;

describe('the session', () => {
  beforeEach(() => sessionStorage.removeItem('zonetrace.session'));
  const now = Date.now();

  it('goes on in the next page of the tab', () => {
    const { id } = new Session().at(now);
    expect(id).to.match(/^[\da-f]{32}$/);
    expect(new Session().at(now + MINUTE).id).to.equal(id);
  });

  it('ends after half an hour without a trace, and names the one before', () => {
    const session = new Session();
    const first = { ...session.at(now) };
    expect(session.at(now + 29 * MINUTE).id).to.equal(first.id);
    expect(session.at(now + 58 * MINUTE).id).to.equal(first.id);
    const second = session.at(now + 58 * MINUTE + 31 * MINUTE);
    expect(second.id).not.to.equal(first.id);
    expect(second.previous).to.equal(first.id);
  });

  it('ends after four hours, whatever happens', () => {
    const session = new Session();
    const { id } = session.at(now);
    for (let minutes = 20; minutes <= 240; minutes += 20) expect(session.at(now + minutes * MINUTE).id).to.equal(id);
    expect(session.at(now + 241 * MINUTE).id).not.to.equal(id);
  });

  it('is not prolonged by what a hidden page does by itself', () => {
    const session = new Session();
    const { id } = session.at(now);
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
    try {
      expect(session.at(now + 20 * MINUTE).id).to.equal(id);
      expect(session.at(now + 31 * MINUTE).id).not.to.equal(id);
    } finally {
      Reflect.deleteProperty(document, 'visibilityState');
    }
  });

  it('lives in memory where the page may store nothing, and begins anew where what is stored is no session', () => {
    for (const text of ['{', 'null', '{"id":"x"}', '[]']) {
      sessionStorage.setItem('zonetrace.session', text);
      expect(new Session().at(now).id).to.match(/^[\da-f]{32}$/);
    }
    const descriptor = Object.getOwnPropertyDescriptor(globalThis, 'sessionStorage') as PropertyDescriptor;
    Object.defineProperty(globalThis, 'sessionStorage', {
      configurable: true,
      get() {
        throw new DOMException('not here', 'SecurityError');
      },
    });
    try {
      const session = new Session();
      expect(session.at(now).id).to.equal(session.at(now + MINUTE).id);
    } finally {
      Object.defineProperty(globalThis, 'sessionStorage', descriptor);
    }
  });
});

describe('what a page tells of itself', () => {
  let tracing: Tracing;
  const start = (options = {}) => {
    tracing = startTracing({ instrument: false, panel: false, ...options });
  };
  const attributes = (): Readonly<Attributes> => withSpan('any', (span) => span.trace.attributes);
  afterEach(async () => {
    setUser();
    await tracing.stop();
  });

  it('is the same object for all traces until something changes', () => {
    start();
    const first = attributes();
    expect(attributes()).to.equal(first);
    expect(Object.keys(first)).to.include.members(['session.id', 'zonetrace.page.id', 'zonetrace.view.id']);
  });

  it('opens the storage of the session once the page has nothing to do, and begins no trace anew for it', async () => {
    const storage = sessionStorage;
    let opened = 0;
    const descriptor = Object.getOwnPropertyDescriptor(globalThis, 'sessionStorage') as PropertyDescriptor;
    Object.defineProperty(globalThis, 'sessionStorage', {
      configurable: true,
      get() {
        opened++;
        return storage;
      },
    });
    try {
      start();
      const before = withSpan('before', (span) => span.trace);
      expect(opened).to.equal(0);
      await until(() => opened > 0, 'the storage is opened');
      expect(attributes()).to.equal(before.attributes);
      expect(before.attributes['session.id']).to.match(/^[\da-f]{32}$/);
    } finally {
      Object.defineProperty(globalThis, 'sessionStorage', descriptor);
    }
  });

  it('has a new view where the path changes, and the same page', async function () {
    if (!('navigation' in globalThis)) skip(this, 'the browser has no Navigation API');
    start();
    const before = attributes();
    const { href } = location;
    history.replaceState(null, '', '?other=query');
    expect(attributes()['zonetrace.view.id']).to.equal(before['zonetrace.view.id']);
    history.pushState(null, '', '/another/path');
    const after = attributes();
    history.replaceState(null, '', href);
    expect(after['zonetrace.view.id']).not.to.equal(before['zonetrace.view.id']);
    expect(after['zonetrace.page.id']).to.equal(before['zonetrace.page.id']);
  });

  it('has the user of setUser from then on, redacted, also where it was set before the start', async () => {
    setUser({ id: 'u-17', name: 'Ada', roles: ['admin'] });
    const seen: unknown[] = [];
    start({
      redact(name: string, value: unknown, span: unknown) {
        if (name.startsWith('user.')) seen.push([name, span]);
        return name === 'user.email' ? undefined : name === 'user.name' ? '…' : value;
      },
    });
    expect(attributes()).to.deep.include({ 'user.id': 'u-17', 'user.name': '…', 'user.roles': ['admin'] });
    expect(seen).to.deep.include(['user.id', undefined]);
    setUser({ id: 'u-18', email: 'a@example.com', plan: { name: 'gold' } });
    expect(attributes()).to.include({ 'user.id': 'u-18', 'user.plan': '{"name":"gold"}' });
    expect(attributes()).not.to.have.any.keys('user.email', 'user.name');
    setUser();
    expect(Object.keys(attributes()).filter((name) => name.startsWith('user.'))).to.deep.equal([]);
    const warnings = await collectWarnings(() => setUser('u-19' as never));
    expect(warnings[0]).to.match(/^zonetrace: setUser was given something that is no user/);
  });

  it('goes with the spans as their resource, by the semantic conventions', async () => {
    const receiver = await newReceiver('ok');
    tracing = trace(receiver.url, { service: { name: 'shop', version: '1.2', environment: 'test' } });
    withSpan('before', () => {});
    setUser({ id: 'u-17' });
    withSpan('after', () => {});
    await tracing.flush();
    const { taken, requests } = await receiver.read();
    expect(requests).to.have.length(1);
    const resources = taken.map(
      ({ resource }) => new Map(resource.map(({ key, value }) => [key, Object.values(value)[0]])),
    );
    expect(resources.map((each) => each.get('user.id'))).to.deep.equal([undefined, 'u-17']);
    const [first] = resources;
    expect(first?.get('service.name')).to.equal('shop');
    expect(first?.get('service.version')).to.equal('1.2');
    expect(first?.get('deployment.environment.name')).to.equal('test');
    expect(first?.get('user_agent.original')).to.equal(navigator.userAgent);
    expect(first?.get('browser.language')).to.equal(navigator.language);
    expect(first?.has('browser.brands')).to.equal('userAgentData' in navigator);
    expect(first?.get('session.id')).to.match(/^[\da-f]{32}$/);
  });
});
