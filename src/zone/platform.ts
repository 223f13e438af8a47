/**
 * What lies beyond promises, timers and events: imported for its effect by `zonetrace/zone` and by everything that starts
 * tracing. What only makes spans, and leaves tracing to the page around it, has no need of it.
 * @module
 */
import { patchHandlerProperties } from './handler-properties.js';
import { addPatch } from './install.js';
import { patchMessageChannel } from './message-channel.js';
import { tellZoneOwners } from './microtask-bursts.js';
import { patchPlatformCallbacks } from './platform-callbacks.js';
import { patchStreams } from './streams.js';

addPatch(patchHandlerProperties);
addPatch(patchPlatformCallbacks);
addPatch(patchStreams);
addPatch(patchMessageChannel);
addPatch(tellZoneOwners);
