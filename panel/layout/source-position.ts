import type { Attributes, SourcePosition } from '../../src/trace/types.js';

/** As browsers and Node write places: the address or path, the line, and often the column, last but for a bracket. */
const PLACE = /(^|[\s(@])((?:https?:\/\/|file:\/\/|\/|[A-Za-z]:[\\/])[^\s()]*?):(\d+)(?::(\d+))?(\)?)$/;

/** A line of a stack, cut where its place begins and ends. */
export interface StackLine {
  readonly before: string;
  /** The place, as it is written. */
  readonly place: string;
  readonly after: string;
  readonly position: SourcePosition;
}

/** The place that a line of a stack names; undefined where it names none that is in a file. */
export function parseStackLine(line: string): StackLine | undefined {
  const found = PLACE.exec(line);
  if (!found) return undefined;
  const [, lead = '', file = '', row, column, after = ''] = found;
  const from = found.index + lead.length;
  return {
    before: line.slice(0, from),
    place: line.slice(from, line.length - after.length),
    after,
    position: { file, line: Number(row), column: column === undefined ? undefined : Number(column) },
  };
}

/** The place that attributes name by OpenTelemetry's conventions, of today or as they were; undefined where there is none. */
export function positionOf(attributes: Readonly<Attributes>): SourcePosition | undefined {
  const number = (...keys: string[]): number | undefined => {
    const value = keys.map((key) => attributes[key]).find((each) => typeof each === 'number');
    return typeof value === 'number' && value >= 0 ? value : undefined;
  };
  const file = attributes['code.file.path'] ?? attributes['code.filepath'];
  if (typeof file !== 'string' || file === '') return undefined;
  return {
    file,
    line: number('code.line.number', 'code.lineno'),
    column: number('code.column.number', 'code.column'),
    offset: number('long_frame.script.char_position'),
  };
}
