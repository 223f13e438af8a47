import { ZoneVariable } from './zone/variable.js';

/** Requests of the running code make no spans and carry no headers: they are an exporter's own. */
export const suppressed = new ZoneVariable<boolean>({ name: 'zonetrace.suppressed' });
