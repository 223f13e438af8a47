/**
 * Which context does a listener run in?
 * - `dispatch`: the one that dispatches the event; nothing of the registration. Otherwise a framework that registers
 *   its root listeners inside a span would make every later click that span's child.
 * - `registration`: the event is the answer to an operation that the registering code began, or comes from an object
 *   that it keeps (a socket, a port).
 */
export type EventContext = 'dispatch' | 'registration';

/** By `Symbol.toStringTag`, which also works for objects of another realm. */
const REGISTRATION_TARGETS = new Set([
  'XMLHttpRequest',
  'XMLHttpRequestUpload',
  'FileReader',
  'IDBRequest',
  'IDBOpenDBRequest',
  'IDBTransaction',
  'IDBDatabase',
  'Animation',
  'MediaRecorder',
  'MediaSource',
  'SourceBuffer',
  'RTCPeerConnection',
  'RTCDataChannel',
  'RTCDtlsTransport',
  'RTCIceTransport',
  'AbortSignal',
  'Notification',
  'WebSocket',
  'EventSource',
  'Worker',
  'SharedWorker',
  'MessagePort',
  'BroadcastChannel',
  'FontFaceSet',
  'ServiceWorker',
  'SpeechSynthesisUtterance',
]);

/** Events of an element that answer what a script did to it. */
const OPERATION_EVENTS = new Set([
  'load',
  'error',
  'transitionend',
  'transitioncancel',
  'animationend',
  'animationcancel',
]);

export function contextOfEvent(target: unknown, eventName: unknown): EventContext {
  if (typeof target !== 'object' || target === null) return 'dispatch';
  if (REGISTRATION_TARGETS.has((target as Record<symbol, string>)[Symbol.toStringTag] ?? '')) return 'registration';
  const isElement = (target as Partial<Node>).nodeType === 1;
  return isElement && OPERATION_EVENTS.has(eventName as string) ? 'registration' : 'dispatch';
}
