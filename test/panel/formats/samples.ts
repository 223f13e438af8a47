/** As the OpenTelemetry collector's file exporter writes it. */
export const OTLP = {
  resourceSpans: [
    {
      resource: {
        attributes: [
          { key: 'service.name', value: { stringValue: 'shop' } },
          { key: 'host.name', value: { stringValue: 'h1' } },
        ],
      },
      scopeSpans: [
        {
          scope: { name: 'io.opentelemetry.http', unknown: 1 },
          spans: [
            {
              traceId: '5B8EFFF798038103D269B633813FC60C',
              spanId: 'EEE19B7EC3C1B174',
              parentSpanId: 'EEE19B7EC3C1B173',
              name: 'GET /cart',
              startTimeUnixNano: '1544712660123456789',
              endTimeUnixNano: 1544712661000000000,
              kind: 'SPAN_KIND_SERVER',
              attributes: [
                { key: 'big', value: { intValue: '9007199254740993' } },
                { key: 'small', value: { intValue: 7 } },
                { key: 'list', value: { arrayValue: { values: [{ stringValue: 'a' }, { stringValue: 'b' }] } } },
                { key: 'tree', value: { kvlistValue: { values: [{ key: 'x', value: { doubleValue: 1.5 } }] } } },
                { key: '__proto__', value: { stringValue: 'polluted' } },
              ],
              events: [{ timeUnixNano: '1544712660500000000', name: 'cache miss' }],
              links: [{ traceId: '5b8efff798038103d269b633813fc60d', spanId: 'eee19b7ec3c1b175' }],
              status: { code: 2, message: 'no cart' },
            },
            {
              trace_id: '5b8efff798038103d269b633813fc60c',
              span_id: 'eee19b7ec3c1b176',
              parent_span_id: 'eee19b7ec3c1b174',
              name: 'open',
              start_time_unix_nano: '1544712660200000000',
              kind: 3,
              status: {},
            },
          ],
        },
      ],
    },
  ],
};

/** As Jaeger's UI saves it. */
export const JAEGER = {
  data: [
    {
      traceID: 'ab12',
      spans: [
        {
          traceID: 'ab12',
          spanID: '1',
          operationName: 'checkout',
          references: [],
          startTime: 1544712660000000,
          duration: 2500,
          tags: [
            { key: 'span.kind', type: 'string', value: 'server' },
            { key: 'error', type: 'bool', value: true },
          ],
          logs: [
            {
              timestamp: 1544712660001000,
              fields: [
                { key: 'event', type: 'string', value: 'retry' },
                { key: 'n', value: 2 },
              ],
            },
          ],
          processID: 'p1',
          warnings: null,
        },
        {
          traceID: 'ab12',
          spanID: 'F2',
          operationName: 'sql',
          references: [
            { refType: 'FOLLOWS_FROM', traceID: 'ab13', spanID: '9' },
            { refType: 'CHILD_OF', traceID: 'ab12', spanID: '1' },
          ],
          startTime: 1544712660000500,
          duration: 1000,
          tags: [],
          logs: [],
          processID: 'p2',
        },
      ],
      processes: {
        p1: { serviceName: 'shop', tags: [{ key: 'hostname', value: 'h1' }] },
        p2: { serviceName: 'db', tags: [] },
      },
    },
  ],
};

export const ZIPKIN = [
  {
    traceId: '5982fe77008310cc80f1da5e10147519',
    id: 'bd7a977555f6b982',
    name: 'get',
    kind: 'CLIENT',
    timestamp: 1458702548467000,
    duration: 386000,
    localEndpoint: { serviceName: 'web' },
    remoteEndpoint: { serviceName: 'api', ipv4: '10.0.0.1', port: 80 },
    tags: { error: 'timeout' },
    annotations: [{ timestamp: 1458702548478000, value: 'sent' }],
  },
  {
    traceId: '5982fe77008310cc80f1da5e10147519',
    id: 'bd7a977555f6b982',
    name: 'get /',
    kind: 'SERVER',
    shared: true,
    timestamp: 1458702548470000,
    duration: 300000,
    localEndpoint: { serviceName: 'api' },
  },
  {
    traceId: '5982fe77008310cc80f1da5e10147519',
    parentId: 'bd7a977555f6b982',
    id: 'ebf33e1a81dc6f71',
    name: 'query',
    timestamp: 1458702548480000,
    duration: 1000,
    localEndpoint: { serviceName: 'api' },
  },
];

export const CHROME = {
  traceEvents: [
    { ph: 'M', name: 'process_name', pid: 1, tid: 0, args: { name: 'Renderer' } },
    { ph: 'X', name: 'task', pid: 1, tid: 2, ts: 1000, dur: 500, cat: 'devtools', args: { src: 'a.js' } },
    { ph: 'B', name: 'inner', pid: 1, tid: 2, ts: '1100' },
    { ph: 'I', name: 'mark', pid: 1, tid: 2, ts: 1150 },
    { ph: 'E', name: 'inner', pid: 1, tid: 2, ts: 1200, args: { done: true } },
    { ph: 'X', name: 'later', pid: 1, tid: 2, ts: 1500, dur: 100 },
    { ph: 'b', name: 'async', pid: 1, tid: 2, id: '0x1', ts: 1050 },
    { ph: 'C', name: 'counter', pid: 1, tid: 2, ts: 1050 },
  ],
};
