import type { CheckedBaggage } from './propagation/baggage.js';
import { ZoneVariable } from './zone/variable.js';

/** The baggage of the running code. */
export const currentBaggage = new ZoneVariable<CheckedBaggage | undefined>({ name: 'zonetrace.baggage' });
