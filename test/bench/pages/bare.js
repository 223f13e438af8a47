import './clock.js';
import { serveBenchmarks } from './measure.js';

const span = {};

serveBenchmarks({ withSpan: (_name, fn) => fn(span) });
