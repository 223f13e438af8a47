/**
 * `zonetrace/vite`: a plugin for Vite that traces the page in development and shows the spans of its servers there.
 * @module zonetrace/vite
 */
import type { HtmlTagDescriptor, Plugin, WebSocketClient } from 'vite';
import type { ForwardOptions } from '../receiver/forward.js';
import { Hub, type PageClient } from '../receiver/hub.js';
import { createReceiver, type ReceiverLimits } from '../receiver/receiver.js';
import { annotatePlugin } from './annotate-plugin.js';
import { OPEN_PATH, openSource } from './open-source.js';
import { type PageTracingOptions, pageModule } from './page-module.js';

export type { ForwardOptions, ForwardStats } from '../receiver/forward.js';
export type { ReceiverLimits } from '../receiver/receiver.js';
export type { PageTracingOptions } from './page-module.js';

/** Options of the plugin. */
export interface ZonetraceOptions {
  /**
   * Options of `startTracing` in the page. `false`: a module of the page calls it itself, and the spans of the servers come
   * to its traces as well. Default: `{}`.
   */
  tracing?: false | PageTracingOptions;
  /** Start tracing in what `vite build` makes, too; no spans of servers come there. Default: `false`. */
  build?: boolean;
  /**
   * Call the listener spans after the handlers that they ran, `Cart.onClick` where a handler has no name. Sources are changed
   * for it when they are served. Default: `false`.
   */
  names?: boolean;
  /**
   * Write where handlers stand, and where `withSpan`, `startSpan` and `traced` are called, to their spans (`code.file.path`,
   * `code.line.number`), so that they open in the editor. Likewise. Default: `false`.
   */
  positions?: boolean;
  /** A collector that gets all that comes to the dev server: its address, as `http://localhost:4318`, or with headers. Default: none. */
  forward?: string | ForwardOptions;
  /** Origins besides localhost whose pages may send spans to the dev server. Default: none. */
  origins?: readonly string[];
  /** How much the dev server takes of the services. */
  limits?: Partial<ReceiverLimits>;
}

const MODULE = '/@zonetrace';

/** The event that carries spans to the page, and the one by which a page asks for those it missed. */
const SPANS = 'zonetrace:spans';
const HELLO = 'zonetrace:hello';

/**
 * Traces the page in development, with the overlay, and takes the spans of the servers at `/v1/traces` of the dev server:
 * `OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:5173` is all that a service needs. They join the page's traces. Nothing of
 * it is in production builds, unless `build` asks for it. Throws where `tracing` has what cannot be written into a page.
 */
export function zonetrace(options: ZonetraceOptions = {}): Plugin[] {
  const tracing = options.tracing ?? {};
  let isServed = false;
  let base = '/';
  const code = () => pageModule(tracing, isServed ? base + OPEN_PATH : undefined);
  code(); // throws now, where the configuration is read

  const apply: Plugin['apply'] = (_, { command, isPreview }) =>
    !isPreview && (command === 'serve' || options.build === true);
  const main: Plugin = {
    name: 'zonetrace',
    apply,
    config(_, { command }) {
      isServed = command === 'serve';
      // Known beforehand, as the page would be loaded again when they are found.
      return isServed ? { optimizeDeps: { include: ['zonetrace', 'zonetrace/server-spans', 'zonetrace/source'] } } : {};
    },
    configResolved(config) {
      base = config.base;
    },
    resolveId(id) {
      return id === MODULE ? MODULE : undefined;
    },
    load(id) {
      return id === MODULE ? code() : undefined;
    },
    transformIndexHtml: {
      order: 'pre',
      handler(): HtmlTagDescriptor[] {
        if (!isServed && tracing === false) return [];
        return [{ tag: 'script', attrs: { type: 'module', src: MODULE }, injectTo: 'head-prepend' }];
      },
    },
    configureServer(server) {
      const { logger } = server.config;
      const warn = (message: string) => logger.warn(`zonetrace: ${message}`);
      const hub = new Hub(() => Array.from(server.ws.clients, pageOf), warn);
      const receiver = createReceiver({
        onSpans: (spans, bytes) => hub.add(spans, bytes),
        origins: options.origins,
        forward: options.forward,
        limits: options.limits,
        warn,
      });
      server.ws.on(HELLO, (_, client) => hub.greet(pageOf(client)));
      server.httpServer?.once('close', () => {
        receiver.close();
        hub.close();
      });
      server.middlewares.use(receiver.middleware);
      server.middlewares.use(openSource(server));
    },
  };
  const { names = false, positions = false } = options;
  return names || positions ? [main, annotatePlugin({ names, positions }, apply)] : [main];
}

function pageOf(client: WebSocketClient): PageClient {
  return {
    send: (spans) => client.send(SPANS, spans),
    waiting: () => client.socket.bufferedAmount,
  };
}
