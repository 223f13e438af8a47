import { SpanStore } from '../../src/store/span-store.js';
import type { SpanEvent } from '../../src/trace/types.js';
import { addTrace, type Node } from '../panel/records.js';

/** ms since the Unix epoch: 24 November 2026, 09:30 UTC. */
const MORNING = Date.UTC(2026, 10, 24, 9, 30);

const PATHS = ['/api/cart', '/api/products', '/api/search', '/api/orders/17', '/api/prices', '/api/session'];
const DEEP = 40;
const MANY_TRACES = 100;
const MANY_SPANS = 1000;
const FAILING = 24;

const LONG =
  'GET https://shop.example/api/v2/warehouses/central-europe/stock-levels/by-article-number/4711-0815-black-tea-first-flush-darjeeling?fields=all&include=reservations,forecasts';
const RIGHT_TO_LEFT = ['إضافة إلى السلة', 'تحميل المنتجات', 'הוספה לעגלה', 'חישוב מחיר', 'بحث عن الشاي الأخضر'];

interface Step extends Omit<Partial<Node>, 'children' | 'name'> {
  children?: Node[];
}

/** A span from `at` for `ms`, counted from the start of its trace, which `shift` moves. */
function span(name: string, at: number, ms: number, more: Step = {}): Node {
  return { name, startTime: MORNING + at, endTime: MORNING + at + ms, ...more };
}

function moved(node: Node, by: number): Node {
  return {
    ...node,
    startTime: (node.startTime ?? 0) + by,
    ...(node.endTime !== undefined && { endTime: node.endTime + by }),
    events: (node.events ?? []).map((event) => ({ ...event, time: event.time + by })),
    children: (node.children ?? []).map((child) => moved(child, by)),
  };
}

function exception(at: number, type: string, message: string): SpanEvent {
  const stack = [
    `${type}: ${message}`,
    '    at pay (https://shop.example/src/checkout.ts:47:11)',
    '    at async submit (https://shop.example/src/main.ts:12:5)',
  ];
  return {
    name: 'exception',
    time: MORNING + at,
    attributes: { 'exception.type': type, 'exception.message': message, 'exception.stacktrace': stack.join('\n') },
  };
}

function request(name: string, at: number, ms: number, more: Step = {}): Node {
  const attributes = {
    'http.request.method': name.split(' ')[0] as string,
    'url.full': `https://shop.example${name.split(' ')[1]}`,
    'http.response.status_code': 200,
    'http.phase.dns': 2,
    'http.phase.connect': 9,
    'http.phase.tls': 6,
    'http.phase.request': ms * 0.6,
    'http.phase.response': ms * 0.2,
    ...more.attributes,
  };
  return span(name, at, ms, { kind: 'CLIENT', ...more, attributes });
}

const checkout = (slow: number): Node =>
  span('submit "Place order"', 0, 420 + slow, {
    attributes: { 'event.type': 'submit' },
    children: [
      span('place order', 4, 410 + slow, {
        attributes: { 'shop.items': 3, 'shop.country': 'DE' },
        events: [{ name: 'stock reserved', time: MORNING + 120, attributes: { items: 3 } }],
        children: [
          request('POST /api/checkout/reserve', 8, 90, {
            children: [span('INSERT reservation', 30, 40, { service: 'api', kind: 'SERVER' })],
          }),
          request('POST /api/checkout/price', 9, 120 + slow, {
            children: [
              span('price', 20, 100 + slow, {
                service: 'api',
                kind: 'SERVER',
                children: [...Array(6)].map((_, at) => span('SELECT price', 24 + at * 15, 11, { service: 'database' })),
              }),
            ],
          }),
          request('POST /api/checkout/shipping', 10, 60),
          request('POST /api/checkout/pay', 140 + slow, 170),
          span('render confirmation', 330 + slow, 60),
        ],
      }),
    ],
  });

function small(): SpanStore {
  const store = new SpanStore();
  addTrace(
    store,
    span('load /', 0, 640, {
      children: [request('GET /', 0, 90), span('DOM', 90, 300), request('GET /app.js', 100, 160)],
    }),
  );
  addTrace(
    store,
    moved(
      span('click "Add Assam to the cart"', 0, 96, {
        children: [request('POST /api/carts/9/items', 3, 80), span('price cart', 86, 4)],
      }),
      2400,
    ),
  );
  addTrace(store, moved(checkout(0), 6000));
  addTrace(
    store,
    moved(
      span('input "Search"', 0, 210, {
        children: [span('search', 180, 30, { children: [request('GET /api/search', 182, 26)] })],
      }),
      9300,
    ),
  );
  addTrace(store, moved(checkout(180), 12_000));
  return store;
}

function errors(): SpanStore {
  const store = new SpanStore();
  for (let i = 0; i < FAILING; i++) {
    const failed = { status: 'ERROR', statusMessage: i % 2 ? 'HTTP 503' : 'card declined' } as const;
    const error = exception(
      60,
      i % 2 ? 'HttpError' : 'PaymentError',
      i % 2 ? 'the service is away' : 'Your card was declined. Choose another one.',
    );
    addTrace(
      store,
      moved(
        span('submit "Place order"', 0, 200 + i, {
          ...failed,
          children: [
            span('place order', 2, 190, {
              ...failed,
              events: [error],
              children: [
                request('POST /api/checkout/reserve', 4, 40),
                request('POST /api/checkout/pay', 50, 90, {
                  ...failed,
                  events: [error],
                  attributes: { 'http.response.status_code': i % 2 ? 503 : 402 },
                }),
              ],
            }),
          ],
        }),
        i * 900,
      ),
    );
  }
  const { trace } = addTrace(
    store,
    moved(span('click "Export"', 0, 80, { children: [{ ...span('write file', 5, 0), endTime: undefined }] }), 30_000),
  );
  store.settleTrace(trace, 1);
  store.noteLoss('unhooked', 'GET /api/session');
  store.noteLoss('expired', 'render list');
  return store;
}

function long(): SpanStore {
  const store = new SpanStore();
  const words = LONG.split('/').join(' / ');
  for (let i = 0; i < 8; i++)
    addTrace(
      store,
      moved(
        span(`click "${words} ${i}"`, 0, 300, {
          attributes: { [`${'very.long.key.'.repeat(6)}end`]: LONG.repeat(4), note: 'unbreakable'.repeat(30) },
          children: [
            request(LONG, 5, 200, {
              service: 'the-service-of-the-warehouses-of-central-europe',
              status: 'ERROR',
              statusMessage: LONG,
              events: [exception(60, 'Error', LONG)],
            }),
            span(words.repeat(3), 210, 80),
          ],
        }),
        i * 1000,
      ),
    );
  return store;
}

function rightToLeft(): SpanStore {
  const store = new SpanStore();
  for (let i = 0; i < 6; i++)
    addTrace(
      store,
      moved(
        span(`click "${RIGHT_TO_LEFT[i % RIGHT_TO_LEFT.length]}"`, 0, 240, {
          attributes: { 'shop.query': RIGHT_TO_LEFT[4] as string },
          children: RIGHT_TO_LEFT.map((name, at) =>
            span(`${name} (${at})`, at * 40, 60, { service: at % 2 ? 'خدمة' : 'web' }),
          ),
        }),
        i * 1000,
      ),
    );
  return store;
}

function deep(): SpanStore {
  const store = new SpanStore();
  let node = span(`level ${DEEP}`, DEEP * 5, 30, { status: 'ERROR', statusMessage: 'at the bottom' });
  for (let level = DEEP - 1; level > 0; level--)
    node = span(`level ${level} of the recursion`, level * 5, (DEEP - level) * 10 + 30, {
      children: [node, span(`beside ${level}`, level * 5 + 2, 3)],
    });
  addTrace(store, node);
  return store;
}

function many(): SpanStore {
  const store = new SpanStore();
  for (let i = 0; i < MANY_TRACES; i++) {
    const children: Node[] = [];
    for (let group = 0; group < 9; group++) {
      const path = PATHS[(group * 7 + i) % PATHS.length] as string;
      children.push(
        request(`GET ${path}`, group * 40, 60 + ((group * 31 + i * 17) % 90), {
          ...((group + i) % 23 === 0 && { status: 'ERROR', statusMessage: 'HTTP 500' }),
          children: [...Array((MANY_SPANS - 10) / 9)].map((_, at) =>
            span(
              at % 3 ? `read ${path}` : 'render row',
              group * 40 + at * 0.5,
              0.2 + (at % 7) * 0.3,
              at % 3 ? { service: 'api' } : {},
            ),
          ),
        }),
      );
    }
    addTrace(store, moved(span(`click "Page ${i}"`, 0, 480, { children }), i * 700));
  }
  return store;
}

/** What the panel is looked at with: a store each. */
export const DATA: Readonly<Record<string, () => SpanStore>> = {
  empty: () => new SpanStore(),
  small,
  errors,
  long,
  rightToLeft,
  deep,
  many,
};
