import './clock.js';
import { ZoneVariable } from '../../../src/zone/index.ts';
import { serveBenchmarks } from './measure.js';

const variable = new ZoneVariable();

serveBenchmarks({
  withSpan(name, fn) {
    const span = { name };
    return variable.run(span, fn, span);
  },
  current: () => variable.get(),
});
