import { gzipSync } from 'node:zlib';
import { requestOf } from './receiver-server.js';

export const PROTOBUF = 'application/x-protobuf';

const GZIP = { 'Content-Encoding': 'gzip' };

/** Requests that no receiver may take: what it is, body, headers, and the right status. `limit`: bytes of a body that it takes. */
export function hostileBodies(limit) {
  const valid = Buffer.from(requestOf(20));
  const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
  const deep = `${'{"arrayValue":{"values":['.repeat(5000)}{}${']}}'.repeat(5000)}`;
  const nested = `{"resourceSpans":[{"resource":{"attributes":[{"key":"k","value":${deep}}]}}]}`;
  return [
    ['gzip that is cut off', gzipSync(valid).subarray(0, -20), GZIP, 400],
    ['no gzip at all', valid, GZIP, 400],
    ['a gzip bomb', bomb, GZIP, 413],
    ['a body that is too large', Buffer.alloc(limit * 1.5, ' '), {}, 413],
    ['JSON that is cut off', valid.subarray(0, -5), {}, 400],
    ['nothing', '', {}, 400],
    ['an array', '[]', {}, 400],
    ['a number for a list', '{"resourceSpans": 7}', {}, 400],
    ['an id that is none', requestOf(1).replace('5b8efff7', 'xyzxyzxy'), {}, 400],
    ['a span without times', requestOf(1).replace(/"startTimeUnixNano":"\d+",/, ''), {}, 400],
    ['JSON whose values lie too deep', nested, {}, 400],
    ['protobuf of noise', Buffer.alloc(5000, 0xff), { 'Content-Type': PROTOBUF }, 400],
    ['protobuf that is JSON', valid, { 'Content-Type': PROTOBUF }, 400],
    [
      'protobuf whose length lies',
      Buffer.from([0x0a, 0xff, 0xff, 0xff, 0x7f, 0x00]),
      { 'Content-Type': PROTOBUF },
      400,
    ],
    ['protobuf with a span without ids', Buffer.from([0x0a, 4, 0x12, 2, 0x12, 0]), { 'Content-Type': PROTOBUF }, 400],
    ['protobuf within itself', nestedProtobuf(200), { 'Content-Type': PROTOBUF }, 400],
    ['a type that is not read', valid, { 'Content-Type': 'text/plain' }, 415],
    ['no type', valid, { 'Content-Type': '' }, 415],
    ['an encoding that is not read', valid, { 'Content-Encoding': 'br' }, 415],
    ['a page of elsewhere', valid, { Origin: 'https://elsewhere.test' }, 403],
    ['a page whose origin begins like localhost', valid, { Origin: 'http://localhost.elsewhere.test' }, 403],
    ['a sandboxed page', valid, { Origin: 'null' }, 403],
  ];
}

/** AnyValues within each other, as deep as `depth`. */
function nestedProtobuf(depth) {
  const wrap = (field, bytes) => Buffer.concat([Buffer.from([field * 8 + 2, ...lengthOf(bytes.length)]), bytes]);
  const lengthOf = (length) => (length < 128 ? [length] : [(length & 127) | 128, length >> 7]);
  let value = Buffer.alloc(0);
  for (let i = 0; i < depth; i++) value = wrap(5, wrap(1, value));
  return wrap(1, wrap(1, wrap(1, wrap(2, value))));
}
