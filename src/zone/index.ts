/**
 * `zonetrace/zone`: a value that follows asynchronous work, native `async`/`await` included, without any tracing.
 * @module
 */
import { shareFirst } from '../share.js';
import { install as ownInstall, uninstall as ownUninstall } from './install.js';
import './platform.js';
import { Snapshot as OwnSnapshot, ZoneVariable as OwnZoneVariable } from './variable.js';

export type { ZoneVariableOptions } from './variable.js';

const zone = shareFirst('zone', () => ({
  install: ownInstall,
  uninstall: ownUninstall,
  Snapshot: OwnSnapshot,
  ZoneVariable: OwnZoneVariable,
}));

export const { install, uninstall, Snapshot, ZoneVariable } = zone;
export type Snapshot = OwnSnapshot;
export type ZoneVariable<T> = OwnZoneVariable<T>;

install();
