import type { ReferenceWrite } from '../../core/reference.ts';
import { readEventLog } from '../../storage/event-log/index.ts';

/** Time around the begin of a difference in which its write is searched, beside two scans of the tag, ms. */
const aroundMs = 60_000;

/** A tag whose value differs. */
export interface Differing {
  readonly tag: string;
  /** Begin, ms UTC. */
  readonly since: number;
  readonly scanMs: number;
}

/**
 * The last accepted write to each tag around the begin of its difference, from the event log.
 * @param dir folder of the log
 */
export async function writesTo(
  dir: string,
  differing: readonly Differing[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ReferenceWrite>> {
  const found = new Map<string, ReferenceWrite>();
  if (differing.length === 0) return found;
  const spans = new Map(
    differing.map(({ tag, since, scanMs }) => [tag, { from: since - aroundMs - 2 * scanMs, to: since + aroundMs }]),
  );
  for (const span of merged([...spans.values()])) {
    // damaged parts are omitted: the monitor has reported them
    for await (const line of readEventLog(dir, span, signal, () => {})) {
      if (line.kind !== 'event' || line.event.type !== 'wire-write') continue;
      const { tag, time, ends, accepted } = line.event as typeof line.event & {
        readonly tag?: unknown;
        readonly ends?: { readonly client?: unknown };
        readonly accepted?: unknown;
      };
      const own = typeof tag === 'string' ? spans.get(tag) : undefined;
      if (own === undefined || time < own.from || time >= own.to || accepted === false) continue;
      if (typeof ends?.client === 'string') found.set(tag as string, { client: ends.client, at: time });
    }
  }
  return found;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Spans that do not overlap: the log is read once. */
function merged(spans: readonly Span[]): readonly Span[] {
  const all: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last === undefined || span.from > last.to) all.push(span);
    else all[all.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
  }
  return all;
}
