import type { DetectionLimit, FaultKind } from '../../core/detection-limits.ts';
import type { StandardFault } from './faults.ts';
import { shareOf } from './faults.ts';

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

  /** Median over the starts; undefined before the first. Complete results are preferred. */
  median(
    kind: FaultKind,
    tag: number,
  ): { readonly value: number; readonly starts: number; readonly atMost: boolean } | undefined {
    const all = [...(this.#byFault.get(kind)?.get(tag)?.values() ?? [])];
    const complete = all.filter(({ atMost }) => !atMost);
    const used = complete.length > 0 ? complete : all;
    if (used.length === 0) return undefined;
    return { value: medianOf(used.map(({ value }) => value)), starts: used.length, atMost: complete.length === 0 };
  }
}

/** Of an even number, the mean of the middle two; infinite if one of them is. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[(sorted.length >> 1) - 1] ?? Number.NaN)) / 2;
}

/** The limit of a tag with a span; undefined if it is not determined. */
export function limitOf(results: Results, fault: StandardFault, tag: number, span: number): DetectionLimit | undefined {
  const { kind, withinMs, sized } = fault;
  const median = results.median(kind, tag);
  if (median === undefined) return undefined;
  const { value, starts, atMost } = median;
  const most = atMost ? { atMost: true as const } : {};
  if (!Number.isFinite(value)) return { kind, detected: false, withinMs, starts, ...most };
  if (!sized) return { kind, detected: true, withinMs: value, starts, ...most };
  return { kind, detected: true, size: fault.sizeOf(shareOf(value), span), withinMs, starts, ...most };
}
