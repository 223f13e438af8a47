import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Refusal } from './refusal.js';

const inflate = promisify(gunzip);

/** Bytes that all requests hold together. */
export interface Held {
  bytes: number;
}

/** Bounds on the body of one request, and on all of them together. */
export interface BodyLimits {
  /** Bytes of one body, as sent and inflated. */
  readonly bytes: number;
  /** Bytes of all bodies that are being received or wait. */
  readonly heldBytes: number;
  /** ms for a body to come. */
  readonly time: number;
}

/** Reads a body as it was sent. Counts its bytes as held: whoever is done with them takes them off again. */
export function readBody(request: IncomingMessage, held: Held, limits: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (refusal?: Refusal) => {
      clearTimeout(timer);
      request.off('data', take).off('end', end).off('error', cut).off('close', cut);
      if (!refusal) return resolve(Buffer.concat(chunks, bytes));
      held.bytes -= bytes;
      reject(refusal);
    };
    const take = (chunk: Buffer) => {
      bytes += chunk.length;
      held.bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > limits.bytes) settle(tooLarge(limits.bytes));
      else if (held.bytes > limits.heldBytes)
        settle(new Refusal(503, 'too much is being received; send it again later'));
    };
    const end = () => settle();
    const cut = () => settle(new Refusal(400, 'the request ended before its body'));
    const timer = setTimeout(() => settle(new Refusal(408, 'the body did not come in time')), limits.time);
    if (Number(request.headers['content-length']) > limits.bytes) settle(tooLarge(limits.bytes));
    else request.on('data', take).on('end', end).on('error', cut).on('close', cut);
  });
}

/** Inflates a body to no more than `limit` bytes. */
export async function inflateBody(body: Buffer, limit: number): Promise<Buffer> {
  try {
    return await inflate(body, { maxOutputLength: limit });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limit);
    throw new Refusal(400, `the body is not gzip or is cut off: ${(cause as Error).message}`, { cause });
  }
}

function tooLarge(limit: number): Refusal {
  return new Refusal(413, `the body is larger than ${limit} bytes; send fewer spans at once`);
}

/** Bodies that were refused are read on for this many times the limit. */
const DRAINED = 8;

/** Throws away what still comes of a refused body, so that its client reads the answer; one without end is cut off. */
export function drainBody(request: IncomingMessage, limits: BodyLimits): void {
  if (request.complete || request.destroyed) return;
  let left = limits.bytes * DRAINED;
  const timer = setTimeout(() => request.destroy(), limits.time);
  request
    .on('data', (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) request.destroy();
    })
    .on('close', () => clearTimeout(timer));
}
