import type { DetectionLimit, FaultKind } from '../../core/detection-limits.ts';
import { middleMean, spreadOf } from './agreement.ts';
import type { StandardFault } from './faults.ts';
import { rungs, shareOf } from './faults.ts';
import type { Start } from './window.ts';

/** Result of one fault in one tag at one start: a rung, or ms for a fault of one size; infinite if not detected. */
export interface Result {
  readonly value: number;
  /** True if detectors of several tags have not been tried: they can only be more sensitive. */
  readonly atMost: boolean;
}

/** Results of all tags and faults, by start. */
export class Results {
  readonly #byFault = new Map<FaultKind, Map<number, Map<number, Result>>>();

  set(kind: FaultKind, tag: number, start: number, result: Result): void {
    let tags = this.#byFault.get(kind);
    if (tags === undefined) this.#byFault.set(kind, (tags = new Map()));
    let starts = tags.get(tag);
    if (starts === undefined) tags.set(tag, (starts = new Map()));
    starts.set(start, result);
  }

  at(kind: FaultKind, tag: number, start: number): Result | undefined {
    return this.#byFault.get(kind)?.get(tag)?.get(start);
  }

  /** By start. Results of all detectors alone, if they are at least half of the results. */
  used(kind: FaultKind, tag: number): { readonly values: ReadonlyMap<number, number>; readonly atMost: boolean } {
    const all = [...(this.#byFault.get(kind)?.get(tag) ?? [])];
    const complete = all.filter(([, { atMost }]) => !atMost);
    const used = 2 * complete.length >= all.length ? complete : all;
    return { values: new Map(used.map(([start, { value }]) => [start, value])), atMost: used !== complete };
  }

  /** Rung that is likely at the next start: undefined before the first one, infinite if most were not detected. */
  likelyRung(kind: FaultKind, tag: number): number | undefined {
    const values = [...this.used(kind, tag).values.values()];
    if (values.length === 0) return undefined;
    const isDetected = 2 * values.filter(Number.isFinite).length > values.length;
    return isDetected ? middleMean(values.map((value) => Math.min(value, rungs))) : Number.POSITIVE_INFINITY;
  }
}

/** A fault that is detected at so many of its starts at most counts as not detected. */
const rarely = 1 / 8;

/** A tag whose limit is computed. */
export interface LimitedTag {
  readonly tag: number;
  /** Span of its values, in its unit. */
  readonly span: number;
  readonly scanMs: number;
}

/** The limit of a tag from its results at the starts of a window; undefined if it is not determined. */
export function limitOf(
  results: Results,
  fault: StandardFault,
  { tag, span, scanMs }: LimitedTag,
  starts: readonly Start[],
): DetectionLimit | undefined {
  const { kind, withinMs, sized, sizeOf } = fault;
  const { values, atMost } = results.used(kind, tag);
  if (values.size === 0) return undefined;
  const limit = { kind, withinMs, starts: values.size, ...(atMost ? { atMost: true as const } : {}) };
  const found = [...values.values()].filter(Number.isFinite).length;
  if (found <= rarely * values.size) return { ...limit, detected: false };
  if (values.size - found > Math.floor(values.size / 4)) return { ...limit, detected: true, found };
  const logs = alike(starts, sized).flatMap((start) => {
    const value = values.get(start);
    if (value === undefined) return [];
    return Math.log(sized ? shareOf(Math.min(value, rungs)) : Math.max(scanMs, Math.min(value, withinMs)));
  });
  const spread = spreadOf(logs);
  const inUnit = (result: number): number => (sized ? sizeOf(result, span) : Math.round(result));
  if (spread !== undefined)
    return { ...limit, detected: true, spread: { least: inUnit(spread.least), most: inUnit(spread.most) } };
  const mean = inUnit(Math.exp(middleMean(logs)));
  return sized ? { ...limit, detected: true, size: mean } : { ...limit, detected: true, withinMs: mean };
}

/** Starts in an order in which neighbours are alike: by direction, for faults that have one, and hour. */
const alike = (starts: readonly Start[], directed: boolean): number[] =>
  [...starts.keys()].toSorted((a, b) => {
    const [one, other] = [starts[a] as Start, starts[b] as Start];
    return (directed ? one.sign - other.sign : 0) || one.time - other.time;
  });
