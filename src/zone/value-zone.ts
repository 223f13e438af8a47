import { pageZone, ZoneClass } from './load.js';

/** The private fields of a zone; the four names survive Zone.js's minified builds. */
export interface ZoneFields {
  _parent: Zone | null;
  _name: string;
  _properties: Readonly<Record<string, unknown>>;
  _zoneDelegate: object;
}

/** The values of variables, by their numbers. */
type Values = readonly unknown[];

/** Stands in the place of a variable that has no value, where one with a higher number has. */
export const UNSET = Symbol('unset');

const NO_VALUES: Values = [];

/** What a zone of Zone.js knows by name; for somebody else's code that reads it there. */
const NO_PROPERTIES: Readonly<Record<string, unknown>> = Object.freeze({});

/** Where zones cannot share their delegate. */
const valuesOfForks = new WeakMap<Zone, Values>();

/** Zone.js keeps what we rely on: a zone's own fields, with nothing computed from them that a copy would miss. */
function canShareDelegate(): boolean {
  const fields = pageZone as unknown as Partial<ZoneFields>;
  return (
    '_parent' in fields &&
    typeof fields._name === 'string' &&
    typeof fields._properties === 'object' &&
    typeof fields._zoneDelegate === 'object'
  );
}

const sharesDelegate = canShareDelegate();

/**
 * A zone that only carries values. It has no hooks of its own, so it uses its parent's delegate as it is, which makes
 * it some seventy times cheaper than `fork` and invisible to the parent's hooks.
 */
class ValueZone implements ZoneFields {
  declare readonly isValueZone: true;
  declare readonly _name: string;
  readonly _parent: Zone;
  readonly _zoneDelegate: object;
  _properties: Readonly<Record<string, unknown>>;
  readonly values: Values;
  /** See `ZoneVariable.keptZoneWith`. */
  kept: Zone | undefined = undefined;

  constructor(parent: Zone, values: Values, properties: Readonly<Record<string, unknown>>) {
    this._parent = parent;
    this._zoneDelegate = (parent as unknown as ZoneFields)._zoneDelegate;
    this._properties = properties;
    this.values = values;
  }
}
// The same for all of them.
Object.assign(ValueZone.prototype, { isValueZone: true, _name: 'zonetrace' });
if (ZoneClass) Object.setPrototypeOf(ValueZone.prototype, ZoneClass.prototype);

export function isValueZone(zone: Zone): boolean {
  return sharesDelegate ? (zone as unknown as ValueZone).isValueZone === true : valuesOfForks.has(zone);
}

/** The nearest zone that carries no values of ours: the zone whose hooks are in force. */
export function baseOf(zone: Zone): Zone {
  return isValueZone(zone) ? ((zone as unknown as ZoneFields)._parent as Zone) : zone;
}

export function valuesOf(zone: Zone): Values {
  return (sharesDelegate ? (zone as unknown as Partial<ValueZone>).values : valuesOfForks.get(zone)) ?? NO_VALUES;
}

/** Whether nothing is set in a zone: its base does as well. */
export function isEmptyZone(zone: Zone): boolean {
  const isUnset = valuesOf(zone).every((value) => value === undefined || value === UNSET);
  return isUnset && propertiesOf(zone) === NO_PROPERTIES;
}

/** What `zone.get` finds. */
export function propertiesOf(zone: Zone): Readonly<Record<string, unknown>> {
  return (zone as unknown as ZoneFields)._properties;
}

/** Of a value zone that nobody else has yet. */
export function setProperties(zone: Zone, properties: Readonly<Record<string, unknown>>): void {
  (zone as unknown as ZoneFields)._properties = properties;
}

/**
 * A zone with other values, and the properties of `like`. Flat: the parent is a base, never another value zone, so a chain
 * of causes does not become a chain of zones.
 */
export function createValueZone(base: Zone, values: Values, like: Zone): Zone {
  const properties = isValueZone(like) ? propertiesOf(like) : NO_PROPERTIES;
  if (sharesDelegate) return new ValueZone(base, values, properties) as unknown as Zone;
  const zone = base.fork({ name: 'zonetrace', properties });
  valuesOfForks.set(zone, values);
  return zone;
}

/** The values of `from`, over the base of `target`: somebody else's zone switch keeps the values. */
export function carryValues(from: Zone, target: Zone): Zone {
  if (!isValueZone(from) || isValueZone(target)) return target;
  return baseOf(from) === target ? from : createValueZone(target, valuesOf(from), from);
}
