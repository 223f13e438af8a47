import { cpus } from 'node:os';

const PAGE = 4096;
const PAGES = 16_384;
const ROUNDS = 3;

/**
 * What figures of a machine depend on. `newPage`: the µs that a page of memory takes when it is written to for the first
 * time. A virtual machine may make it many times what writing takes, and then all is slow that needs new memory: a start,
 * what keeps much, a collector that gives memory back.
 */
export function describeMachine() {
  return { processor: cpus()[0]?.model, cores: cpus().length, newPage: measureNewPage() };
}

function measureNewPage() {
  const times = Array.from({ length: ROUNDS }, () => {
    const bytes = new Uint8Array(PAGES * PAGE); // not written to yet, so it is none of the machine's memory
    const began = performance.now();
    for (let at = 0; at < bytes.length; at += PAGE) bytes[at] = 1;
    return ((performance.now() - began) * 1000) / PAGES;
  });
  return Number(Math.min(...times).toPrecision(2));
}
