import { internals } from './core.js';
import type { User } from './page-context.js';
import { warnOnce } from './warn.js';

/**
 * Says who uses the page, as `{ id: 'u-17', roles: ['admin'] }`: attributes `user.id`, `user.roles` of every trace that
 * begins from now on, after `redact` has seen them. Without a user, nobody.
 */
export function setUser(user?: User | null): void {
  if (typeof user !== 'object' && user !== undefined) {
    warnOnce('setUser was given something that is no user; give it an object as { id }, or nothing');
    return;
  }
  const { tracer } = internals;
  tracer.user = user ?? {};
  tracer.page?.setUser(tracer.user, (attribute, value) => tracer.redact(attribute, value));
}
