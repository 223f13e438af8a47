import type { StoredTrace } from '../src/store/stored-trace.js';
import type { SourcePosition, SpanContext } from '../src/trace/types.js';
import type { Saved } from './files.js';
import type { TimeRange } from './layout/scale.js';

/** The reader chose a trace. */
export class SelectTraceEvent extends Event {
  static readonly type = 'zonetrace-select-trace';
  readonly trace: StoredTrace;

  constructor(trace: StoredTrace) {
    super(SelectTraceEvent.type, { bubbles: true });
    this.trace = trace;
  }
}

/** The reader wants to see the selected trace beside another; undefined: no longer. */
export class CompareEvent extends Event {
  static readonly type = 'zonetrace-compare';
  readonly trace: StoredTrace | undefined;

  constructor(trace: StoredTrace | undefined) {
    super(CompareEvent.type, { bubbles: true });
    this.trace = trace;
  }
}

/** The reader chose a span of the trace that is shown, by its row in the store; undefined: none. */
export class SelectSpanEvent extends Event {
  static readonly type = 'zonetrace-select-span';
  readonly row: number | undefined;

  constructor(row: number | undefined) {
    super(SelectSpanEvent.type, { bubbles: true });
    this.row = row;
  }
}

/** The reader wants to see the span of this context, wherever it is. */
export class FollowEvent extends Event {
  static readonly type = 'zonetrace-follow';
  readonly context: Pick<SpanContext, 'traceId' | 'spanId'>;

  constructor(context: Pick<SpanContext, 'traceId' | 'spanId'>) {
    super(FollowEvent.type, { bubbles: true });
    this.context = context;
  }
}

export type Command = 'record' | 'clear' | 'hold' | 'dock' | 'pop-out' | 'theme' | 'help' | 'next-error' | 'close';

/** The reader pressed a button of the bar. */
export class CommandEvent extends Event {
  static readonly type = 'zonetrace-command';
  readonly command: Command;

  constructor(command: Command) {
    super(CommandEvent.type, { bubbles: true });
    this.command = command;
  }
}

/** What fills the middle of the panel. */
export type View = 'trace' | 'timeline' | 'statistics' | 'diagnostics';

/** The reader wants another view. */
export class ViewEvent extends Event {
  static readonly type = 'zonetrace-view';
  readonly view: View;

  constructor(view: View) {
    super(ViewEvent.type, { bubbles: true });
    this.view = view;
  }
}

/** The reader changed the filter. */
export class FilterEvent extends Event {
  static readonly type = 'zonetrace-filter';
  readonly text: string;

  constructor(text: string) {
    super(FilterEvent.type, { bubbles: true });
    this.text = text;
  }
}

/** The reader wants the next span that matches the filter (1) or the one before (-1). */
export class StepMatchEvent extends Event {
  static readonly type = 'zonetrace-step-match';
  readonly step: 1 | -1;

  constructor(step: 1 | -1) {
    super(StepMatchEvent.type, { bubbles: true });
    this.step = step;
  }
}

/** The reader wants to see a place of a source in the editor. */
export class OpenSourceEvent extends Event {
  static readonly type = 'zonetrace-open-source';
  readonly position: SourcePosition;

  constructor(position: SourcePosition) {
    super(OpenSourceEvent.type, { bubbles: true });
    this.position = position;
  }
}

/** The reader moved a separator. */
export class ResizeEvent extends Event {
  static readonly type = 'zonetrace-resize';
  /** px. */
  readonly value: number;

  constructor(value: number) {
    super(ResizeEvent.type, { bubbles: true });
    this.value = value;
  }
}

/** The reader wants to see a part of the time; undefined: all of it. */
export class RangeEvent extends Event {
  static readonly type = 'zonetrace-range';
  readonly range: TimeRange | undefined;

  constructor(range: TimeRange | undefined) {
    super(RangeEvent.type, { bubbles: true });
    this.range = range;
  }
}

/** The pointer is at a time, in ms since the Unix epoch, or no longer. */
export class PointEvent extends Event {
  static readonly type = 'zonetrace-point';
  readonly time: number | undefined;

  constructor(time: number | undefined) {
    super(PointEvent.type, { bubbles: true });
    this.time = time;
  }
}

/** Something that was drawn changes with time alone: the next frame is wanted. */
export class NextFrameEvent extends Event {
  static readonly type = 'zonetrace-next-frame';
  constructor() {
    super(NextFrameEvent.type, { bubbles: true });
  }
}

/** The reader opens files. */
export class OpenFilesEvent extends Event {
  static readonly type = 'zonetrace-open-files';
  readonly files: readonly File[];

  constructor(files: Iterable<File>) {
    super(OpenFilesEvent.type, { bubbles: true });
    this.files = [...files];
  }
}

/** The reader saves a file. */
export class SaveEvent extends Event {
  static readonly type = 'zonetrace-save';
  readonly what: Saved;

  constructor(what: Saved) {
    super(SaveEvent.type, { bubbles: true });
    this.what = what;
  }
}

/** The reader moves the floating panel, or its corner. */
export class MoveEvent extends Event {
  static readonly type = 'zonetrace-move';
  /** px. */
  readonly x: number;
  readonly y: number;
  /** It is the corner that moves. */
  readonly sizes: boolean;

  constructor(x: number, y: number, sizes: boolean) {
    super(MoveEvent.type, { bubbles: true });
    this.x = x;
    this.y = y;
    this.sizes = sizes;
  }
}
