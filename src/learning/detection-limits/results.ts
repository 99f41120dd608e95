import type { DetectionLimit, FaultKind } from '../../core/detection-limits.ts';
import type { StandardFault } from './faults.ts';
import { rungs, shareOf } from './faults.ts';

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

  /**
   * Typical result over the starts; undefined before the first. Results of all detectors are preferred if there are as many as
   * without them.
   * @param bounds results within which the mean is taken: a scan or the smallest size, and the stated time or the largest size
   */
  typical({ kind, sized }: StandardFault, tag: number, bounds: readonly [least: number, most: number]): Typical | undefined {
    const all = [...(this.#byFault.get(kind)?.get(tag)?.values() ?? [])];
    const complete = all.filter(({ atMost }) => !atMost);
    const used = 2 * complete.length >= all.length ? complete : all;
    if (used.length === 0) return undefined;
    const values = used.map(({ value }) => value);
    const isDetected = 2 * values.filter(Number.isFinite).length > values.length;
    const bounded = values.map((value) => Math.max(bounds[0], Math.min(value, bounds[1])));
    // rungs are logarithms already
    const mean = sized ? middleMean(bounded) : Math.exp(middleMean(bounded.map(Math.log)));
    return { value: isDetected ? mean : Number.POSITIVE_INFINITY, starts: used.length, atMost: used !== complete };
  }
}

/** A result over several starts, see `Result`. */
interface Typical {
  readonly value: number;
  readonly starts: number;
  readonly atMost: boolean;
}

/**
 * Mean of the middle half (interquartile mean). Like a median it ignores the tails. Unlike a median it varies little where
 * results form two clusters, such as one for each direction.
 */
export function middleMean(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const tail = Math.floor(sorted.length / 4);
  const middle = sorted.slice(tail, sorted.length - tail);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

/**
 * The limit of a tag; undefined if it is not determined.
 * @param tag its index, the span of its values, and its scan period, ms
 */
export function limitOf(
  results: Results,
  fault: StandardFault,
  { tag, span, scanMs }: { readonly tag: number; readonly span: number; readonly scanMs: number },
): DetectionLimit | undefined {
  const { kind, withinMs, sized } = fault;
  const typical = results.typical(fault, tag, sized ? [0, rungs] : [scanMs, withinMs]);
  if (typical === undefined) return undefined;
  const { value, starts, atMost } = typical;
  const most = atMost ? { atMost: true as const } : {};
  if (!Number.isFinite(value)) return { kind, detected: false, withinMs, starts, ...most };
  if (!sized) return { kind, detected: true, withinMs: Math.round(value), starts, ...most };
  return { kind, detected: true, size: fault.sizeOf(shareOf(value), span), withinMs, starts, ...most };
}
