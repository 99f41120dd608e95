import { decodeJson, encodeJson } from '../../core/json.ts';
import type { Event } from '../../core/observation.ts';
import type { TagTable } from '../../core/tag.ts';
import type { ClockLine } from './clocks.ts';

/** An event and the stream time of its receipt, ms UTC. Events of a tap are slightly older. */
export interface LoggedEvent {
  readonly at: number;
  readonly event: Event;
}

/** A line of the log: tags by name, because an index is valid for one run only. */
export interface EventLine {
  readonly kind: 'event';
  readonly at: number;
  readonly event: { readonly type: string; readonly time: number } & Readonly<Record<string, unknown>>;
}

/** One line of JSON, without its end. */
export function encodeEvent({ at, event }: LoggedEvent, tags: TagTable): string {
  const nameOf = (tag: number): string => tags.at(tag).name;
  return encodeJson({ kind: 'event', at, event: withTags(event, nameOf) });
}

/** The line, or undefined if it is invalid. */
export function parseLine(text: string): EventLine | ClockLine | undefined {
  let parsed: unknown;
  try {
    parsed = decodeJson(text);
  } catch {
    return undefined;
  }
  return isEventLine(parsed) || isClockLine(parsed) ? parsed : undefined;
}

/** The event in this run's terms, without tags that the configuration does not have. */
export function decodeEvent({ at, event }: EventLine, tags: TagTable): LoggedEvent {
  return { at, event: withTags(event, (name: string) => tags.indexOf(name)) as unknown as Event };
}

export function isEventLine(parsed: unknown): parsed is EventLine {
  if (typeof parsed !== 'object' || parsed === null) return false;
  const { kind, at, event } = parsed as Partial<Record<keyof EventLine, unknown>>;
  if (kind !== 'event' || typeof at !== 'number' || typeof event !== 'object' || event === null) return false;
  return 'type' in event && typeof event.type === 'string' && 'time' in event && typeof event.time === 'number';
}

function isClockLine(parsed: unknown): parsed is ClockLine {
  if (typeof parsed !== 'object' || parsed === null) return false;
  const { kind, at, wallMs, monotonicMs, run } = parsed as Partial<Record<keyof ClockLine, unknown>>;
  return kind === 'clock' && [at, wallMs, monotonicMs].every((time) => typeof time === 'number') && typeof run === 'string';
}

/** The same with each of its tags mapped; tags and readings without a mapping are omitted. */
function withTags<Tag, Other>(event: object, of: (tag: Tag) => Other | undefined): Record<string, unknown> {
  const { tag, tags, readings, ...rest } = event as {
    readonly tag?: Tag;
    readonly tags?: readonly Tag[];
    readonly readings?: readonly { readonly tag: Tag }[];
  };
  const one = tag === undefined ? undefined : of(tag);
  const several = tags?.map(of).filter((other) => other !== undefined);
  const read = readings?.flatMap((reading) => {
    const other = of(reading.tag);
    return other === undefined ? [] : [{ ...reading, tag: other }];
  });
  return {
    ...rest,
    ...(one === undefined ? {} : { tag: one }),
    ...(several === undefined ? {} : { tags: several }),
    ...(read === undefined ? {} : { readings: read }),
  };
}
