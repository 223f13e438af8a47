import './clock.js';
import { leastKept, leastSpan, leastWithIds } from './floors.js';
import { serveBenchmarks } from './measure.js';

const span = {};

serveBenchmarks({ withSpan: (_name, fn) => fn(span), floors: { leastSpan, leastWithIds, leastKept } });
