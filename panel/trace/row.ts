import { html, nothing } from 'lit';
import { type SpanStore, STATUS_ERROR } from '../../src/store/span-store.js';
import type { SpanEvent, SpanRecord } from '../../src/trace/types.js';
import { cutName } from '../cut-name.js';
import type { PathSegment } from '../layout/critical-path.js';
import { formatDuration, formatGrowing } from '../layout/format-duration.js';
import { formatOpen } from '../layout/format-open.js';
import { barOf, percentOf, type TimeRange } from '../layout/scale.js';
import type { SiblingGroup } from '../layout/sibling-groups.js';
import { childCount, hasBelow, type Tree } from '../layout/tree.js';

/** Marks of events on one bar: more could not be told apart. */
const MAX_MARKS = 48;

/** Bars of one group: more could not be told apart. */
const MAX_BARS = 100;

/** px a level. */
const INDENT = 12;

/** What one row shows. */
export interface RowView {
  readonly store: SpanStore;
  readonly tree: Tree;
  readonly entry: number;
  /** Place among the visible rows, from 0. */
  readonly index: number;
  readonly row: number;
  readonly record: SpanRecord | undefined;
  /** ms since the Unix epoch; of an open span, for now. */
  readonly end: number;
  readonly open: boolean;
  readonly grows: boolean;
  readonly range: TimeRange;
  /** ms since the Unix epoch. */
  readonly traceStart: number;
  readonly colour: number;
  readonly showService: boolean;
  readonly collapsed: boolean;
  /** The siblings that this row stands for. */
  readonly group: SiblingGroup | undefined;
  /** Siblings of one name right below, each with a row of its own: the sign of a list fetched item by item. */
  readonly below: SiblingGroup | undefined;
  readonly path: readonly PathSegment[];
  readonly selected: boolean;
  readonly matched: boolean;
}

export function renderRow(view: RowView) {
  const { store, tree, entry, row, record, selected } = view;
  if (!record) return nothing;
  const { group } = view;
  const failed = group
    ? group.members.some((member) => store.statuses[tree.rows[member] as number] === STATUS_ERROR)
    : store.statuses[row] === STATUS_ERROR || (view.open && record.status === 'ERROR');
  const hasChildren = group !== undefined || (tree.descendants[entry] as number) > 0;
  const duration = group ? sumOf(view, group) : view.end - record.startTime;
  return html`<div
    class=${`row${failed ? ' failed' : ''}${view.open && !view.grows ? ' unended' : ''}${view.matched ? ' matched' : ''}`}
    role="row"
    id=${`s${row}`}
    aria-level=${tree.levels[entry] as number}
    aria-posinset=${tree.positions[entry] as number}
    aria-setsize=${tree.setSizes[entry] as number}
    aria-rowindex=${view.index + 2}
    aria-expanded=${hasChildren ? !view.collapsed : nothing}
    aria-selected=${selected}
  >
    <span role="gridcell" class="name">${renderName(view, record, failed)}</span>
    <span role="gridcell" class=${view.open ? 'number muted' : 'number'} title=${group ? 'All of them together' : nothing}>
      ${group ? formatDuration(duration) : view.grows ? formatGrowing(duration) : view.open ? formatOpen(true) : formatDuration(duration)}
    </span>
    <span role="gridcell" class="axis">${renderBar(view, record, failed)}</span>
  </div>`;
}

function renderName(view: RowView, record: SpanRecord, failed: boolean) {
  const { store, tree, entry, row } = view;
  const { group, below } = view;
  const count = group ? group.members.length : childCount(tree, entry);
  const hidden = view.collapsed && !group && hasBelow(tree, entry, store.statuses, STATUS_ERROR);
  const service = view.showService ? store.serviceOf(row) : '';
  return html`<span class="guides" .style=${`width:${((tree.levels[entry] as number) - 1) * INDENT}px`}></span>
    ${
      count > 0
        ? html`<span
            class=${`toggle${view.collapsed ? '' : ' open'}${hidden ? ' hidden-error' : ''}`}
            title=${group ? `Show all ${count}` : view.collapsed ? `Show ${count} inside${hidden ? '; there is an error' : ''}` : 'Collapse'}
            ><i></i>${group ? `${count}×` : count}</span
          >`
        : html`<span class="leaf"></span>`
    }
    <i class="swatch" .style=${`--c:var(--zt-c${view.colour})`}></i>
    <span class="cut" dir="auto" title=${service ? `${record.name} (${service})` : record.name}>
      ${cutName(group?.name ?? record.name)}${service ? html` <bdi class="muted">${service}</bdi>` : nothing}
    </span>
    ${
      below && !view.collapsed
        ? html`<span class="repeats" title=${`${below.members.length} spans named "${below.name}" right below, as of a list that is fetched item by item. Click: one row for all of them`}
            ><b>${below.members.length}×</b> <span>${below.name}</span></span
          >`
        : nothing
    }
    ${group || record.links.length === 0 ? nothing : html`<i class="jump" title=${jumpTitle(record.links.length)}>↗</i>`}
    ${failed ? html`<i class="mark" title=${record.statusMessage ?? 'Error'}>!</i>` : nothing}`;
}

/** The keyboard reaches all links in the detail. */
function jumpTitle(links: number): string {
  return links === 1
    ? 'Go to the span that it is linked to'
    : `Go to the first of the ${links} spans that it is linked to`;
}

/** ms of all spans of a group; those still open until now. */
function sumOf({ store, tree, end }: RowView, { members }: SiblingGroup): number {
  return members.reduce((sum, member) => {
    const row = tree.rows[member] as number;
    const ended = store.endTimes[row] as number;
    return sum + (Number.isNaN(ended) ? end : ended) - (store.startTimes[row] as number);
  }, 0);
}

function renderBar(view: RowView, record: SpanRecord, failed: boolean) {
  const { group, range } = view;
  const bars = group
    ? group.members.slice(0, MAX_BARS).map((member) => renderMember(view, member))
    : renderOwn(view, record, failed);
  return html`${bars}${view.path.map(({ start, end }) => {
    const { left, width } = barOf(range, start, end);
    return width > 0 && left < 100
      ? html`<i class="critical" title="On the critical path: ${formatDuration(end - start)}" .style=${place(left, width)}></i>`
      : nothing;
  })}`;
}

function renderMember({ store, tree, range, end, colour }: RowView, member: number) {
  const row = tree.rows[member] as number;
  const ended = store.endTimes[row] as number;
  const { left, width } = barOf(range, store.startTimes[row] as number, Number.isNaN(ended) ? end : ended);
  const failed = store.statuses[row] === STATUS_ERROR;
  return html`<i class="bar member" .style=${`${place(left, width)};--c:var(${failed ? '--zt-error' : `--zt-c${colour}`})`}></i>`;
}

function renderOwn(view: RowView, record: SpanRecord, failed: boolean) {
  const { left, width } = barOf(view.range, record.startTime, view.end);
  const colour = failed ? '--zt-error' : `--zt-c${view.colour}`;
  return html`<i
      class=${view.open ? 'bar open' : 'bar'}
      title=${`${formatDuration(record.startTime - view.traceStart)}${view.open ? `, ${formatOpen(!view.grows)}` : ` to ${formatDuration(view.end - view.traceStart)}`}`}
      .style=${`${place(left, width)};--c:var(${colour})`}
    ></i>
    ${record.events.length > 0 ? record.events.slice(0, MAX_MARKS).map((event) => renderMark(view, event)) : nothing}`;
}

/** In percent of the axis. */
function place(left: number, width: number): string {
  return `left:${left.toFixed(3)}%;width:${width.toFixed(3)}%`;
}

function renderMark({ range }: RowView, event: SpanEvent) {
  const left = percentOf(range, event.time);
  if (left < 0 || left > 100) return nothing;
  return html`<i
    class=${event.name === 'exception' ? 'event exception' : 'event'}
    title=${event.name}
    .style=${`left:${left.toFixed(3)}%`}
  ></i>`;
}
