import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CliError } from './cli-error.js';

/** What the command line asks for. */
export interface Arguments {
  readonly help: boolean;
  readonly version: boolean;
  /** 0: a free one. */
  readonly port: number;
  /** The one address to listen at; undefined: those of this machine alone. */
  readonly host: string | undefined;
  /** The folder of what is kept. */
  readonly data: string;
  readonly forward: string | undefined;
  readonly origins: readonly string[];
  /** Trace files to show. */
  readonly files: readonly string[];
}

/** That of OTLP over HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp-default-port): an SDK sends there untold. */
const USUAL_PORT = 4318;

export const HELP = `Usage: npx zonetrace [options] [trace file ...]

Receives spans of any OpenTelemetry SDK (OTLP over HTTP, JSON or protobuf) and shows them in a page, live. The last
100,000 spans are kept on disk and are there again after a restart. Files are shown too: OTLP JSON, Jaeger JSON,
Zipkin v2, Chrome Trace Event.

Options:
  --port PORT     where to listen (default ${USUAL_PORT}, to which SDKs send by themselves; 0: a free port)
  --host HOST     the address to listen at (default: this machine only)
  --data DIR      where spans are kept (default on Linux: ~/.local/state/zonetrace)
  --forward URL   a collector that gets everything as it came, as http://collector:4318
  --origin URL    an origin besides localhost whose pages may send; may be given again
  --help          this
  --version       the version

A service sends to port ${USUAL_PORT} of its own machine where it is told nothing else; else by
  OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:PORT OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
A page sends with new OtlpHttpExporter({ url: 'http://localhost:${USUAL_PORT}/v1/traces' }).
`;

/** Throws a `CliError` that says what is wrong. */
export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args);
  return {
    help: values.help ?? false,
    version: values.version ?? false,
    port: readPort(values.port),
    host: values.host,
    data: resolve(values.data ?? usualFolder()),
    forward: values.forward === undefined ? undefined : readUrl('--forward', values.forward).href,
    origins: (values.origin ?? []).map((origin) => readUrl('--origin', origin).origin),
    files: positionals,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        data: { type: 'string' },
        forward: { type: 'string' },
        origin: { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const [, option] = /'(?:-\w, )?(--?[\w-]+)/.exec(message) ?? [];
    const isValue = code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE';
    const what = isValue ? `${option} has no value, or one that it does not take` : `${option} is no option`;
    throw new CliError(`${what}; --help lists the options`, 2, { cause });
  }
}

function readPort(text: string | undefined): number {
  if (text === undefined) return USUAL_PORT;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new CliError(`--port is ${JSON.stringify(text)}; give a number from 0 to 65535`, 2);
}

function readUrl(option: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new CliError(`${option} is ${JSON.stringify(text)}; give an address as http://localhost:4319`, 2);
}

/** Where a program keeps what is to survive its restart, by the system's custom. */
function usualFolder(): string {
  const { LOCALAPPDATA, XDG_STATE_HOME } = process.env;
  if (process.platform === 'win32') return join(LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'zonetrace');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'zonetrace');
  // https://specifications.freedesktop.org/basedir-spec/latest/
  return join(XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'zonetrace');
}
