import { expect } from 'chai';
import type * as Zonetrace from '../src/index.js';
import { openFrame } from './frame.js';
import { until } from './until.js';

type Realm = Window & typeof globalThis & { zonetrace: typeof Zonetrace };

/** Own properties of what can be reached from the global object, by identity: Firefox makes some under several names. */
type Snapshot = Map<object, { path: string; properties: Record<PropertyKey, PropertyDescriptor> }>;

/** Objects of instances that change by themselves, and what the platform computes anew at each look; Zone.js's lists of listeners. */
const NOT_FOLLOWED =
  /^window\.(zonetrace|warnings|violations|document\.|performance\.(timing|memory)|\d+)|__zone_symbol__\w+(true|false)$/;

/**
 * Every own property of the global object, of the functions and prototypes of its interfaces, and of the objects behind
 * them (`navigator`, `history`, `console`, `document`), with the identity of each value, getter and setter.
 */
function takeSnapshot(realm: Realm): Snapshot {
  const snapshot: Snapshot = new Map();
  const visit = (path: string, object: object, depth: number): void => {
    if (snapshot.has(object)) return;
    const properties: Record<PropertyKey, PropertyDescriptor> = {};
    snapshot.set(object, { path, properties });
    for (const key of Reflect.ownKeys(object)) {
      const name = `${path}.${String(key)}`;
      const descriptor = NOT_FOLLOWED.test(name) ? undefined : Object.getOwnPropertyDescriptor(object, key);
      if (!descriptor) continue;
      properties[key] = descriptor;
      const { value } = descriptor;
      const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
      if (isObject && depth < 3 && value !== realm && value !== realm.parent) visit(name, value, depth + 1);
    }
  };
  visit('window', realm, 0);
  // Behind getters of the global object.
  for (const name of [
    'navigator',
    'history',
    'location',
    'document',
    'performance',
    'scheduler',
    'navigation',
    'console',
  ]) {
    const object = (realm as unknown as Record<string, object | undefined>)[name];
    for (let holder = object; holder; holder = Object.getPrototypeOf(holder)) visit(`window.${name}`, holder, 2);
  }
  return snapshot;
}

const FIELDS = ['value', 'get', 'set', 'writable', 'enumerable', 'configurable'] as const;

function differences(before: Snapshot, after: Snapshot): string[] {
  const found: string[] = [];
  for (const [object, { path, properties }] of before) {
    const now = after.get(object)?.properties ?? {};
    for (const key of new Set([...Reflect.ownKeys(properties), ...Reflect.ownKeys(now)])) {
      const [one, two] = [properties[key], now[key]];
      const name = `${path}.${String(key)}`;
      if (!one || !two) found.push(`${name} ${one ? 'is gone' : 'is new'}`);
      else for (const field of FIELDS) if (!Object.is(one[field], two[field])) found.push(`${name}: ${field}`);
    }
  }
  return found;
}

describe('stopping', () => {
  it('puts back every function and property of the page, identical, whatever sources were on', async () => {
    const frame = await openFrame('/test/fixtures/page.html');
    const realm = frame.contentWindow as unknown as Realm;
    await until(() => 'zonetrace' in realm);
    const { zonetrace } = realm;
    // Every source, also one that is off by default: a wrong name is answered by a list of all.
    const told: string[] = [];
    const { warn } = realm.console;
    realm.console.warn = (text: string) => told.push(text);
    await zonetrace.startTracing({ panel: false, instrument: { '?': true } as never }).stop();
    realm.console.warn = warn;
    const names = /the sources are (.*)$/
      .exec(told.find((text) => text.includes('the sources are')) ?? '')?.[1]
      ?.split(', ');
    expect(names).to.include.members(['interaction', 'fetch', 'xhr', 'error']);
    const everything = Object.fromEntries(
      (names ?? []).map((name) => [name, name === 'error' ? { console: true } : true]),
    );

    takeSnapshot(realm); // Firefox makes what is asked for the first time
    const before = takeSnapshot(realm);
    expect(before.size).to.be.greaterThan(1000);
    const tracing = zonetrace.startTracing({ panel: false, instrument: everything as never });
    const while_ = differences(before, takeSnapshot(realm));
    expect(while_).to.include('window.fetch: value');
    expect(while_).to.include('window.console.error: value');
    await realm.fetch('/test-server/headers');
    realm.document.querySelector('button')?.click();
    realm.dispatchEvent(new realm.ErrorEvent('error', { error: new realm.Error('x') }));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await tracing.stop();
    expect(differences(before, takeSnapshot(realm))).to.deep.equal([]);
    frame.remove();
  });
});
