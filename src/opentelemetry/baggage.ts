import { type Baggage as ApiBaggage, baggageEntryMetadataFromString, propagation } from '@opentelemetry/api';
import { type CheckedBaggage, checkBaggage } from '../propagation/baggage.js';

/** One for the other, so that the same baggage is the same object on both sides. */
const ours = new WeakMap<ApiBaggage, CheckedBaggage>();
const theirs = new WeakMap<CheckedBaggage, ApiBaggage>();

export function fromApiBaggage(baggage: ApiBaggage | undefined): CheckedBaggage | undefined {
  if (!baggage) return undefined;
  let checked = ours.get(baggage);
  if (!checked) {
    const entries = baggage.getAllEntries().map(([key, { value, metadata }]) => {
      const text = metadata?.toString();
      return [key, text ? { value: String(value), metadata: text } : { value: String(value) }] as const;
    });
    checked = checkBaggage(entries);
    ours.set(baggage, checked);
    theirs.set(checked, baggage);
  }
  return checked;
}

export function toApiBaggage(checked: CheckedBaggage): ApiBaggage {
  let baggage = theirs.get(checked);
  if (!baggage) {
    const entries = [...checked.entries].map(([key, { value, metadata }]) => [
      key,
      metadata ? { value, metadata: baggageEntryMetadataFromString(metadata) } : { value },
    ]);
    baggage = propagation.createBaggage(Object.fromEntries(entries));
    theirs.set(checked, baggage);
    ours.set(baggage, checked);
  }
  return baggage;
}
