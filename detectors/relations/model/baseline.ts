import { type TailTable, TailTables } from './surprise.ts';

/** The kinds of residuals that are judged in parallel. */
export const trackKinds = ['lag', 'leaky', 'observer'] as const;
export type TrackKind = (typeof trackKinds)[number];

/** Statistics of one kind of residual in normal operation. */
export interface TrackBaseline<Numbers = readonly number[], Tails = readonly TailTable[]> {
  readonly kind: TrackKind;
  /** Usual size of a tag's residual on holdout rows. */
  readonly scale: Numbers;
  readonly tails: Tails;
  /** Mean surprise of each tag. */
  readonly normal: Numbers;
  /** Upper bound of each statistic of the bank in normal operation. */
  readonly reference: Numbers;
  /** Largest residual of each tag on holdout rows, in units of the scale. */
  readonly largest: Numbers;
}

/** What was learned of the switches of an equipment whose relations were learned between them. */
export interface LearnedSwitches {
  /** Number of separate stays by state of the switches, e.g. `1,0`. */
  readonly staysByState: Readonly<Record<string, number>>;
  /**
   * Time for which a stay in a state with too few learned ones must agree before it is judged, ms. Absent in baselines of earlier versions, whose
   * thresholds were set without such stays: these are not judged.
   */
  readonly agreementMs?: number | undefined;
}

/** Relations of one group of tags, as they are stored. All its numbers were learned from normal operation. */
export interface GroupBaseline<Numbers = readonly number[], Tails = readonly TailTable[]> {
  /** Tags that vary, in the order of all vectors below. */
  readonly tags: readonly string[];
  readonly mean: Numbers;
  readonly deviation: Numbers;
  /** Time after which a deviation that stays becomes usual, ms. */
  readonly absorbMs: number;
  /** Factor by which the level of each residual may wander until the recent level follows. */
  readonly growth: Numbers;
  readonly periodMs: number;
  readonly rows: number;
  readonly lags: number;
  /** Top rows of the inverse covariance, row-major. */
  readonly precision: Numbers;
  readonly observer?: { readonly weights: Numbers; readonly precision: Numbers } | undefined;
  readonly tracks: readonly TrackBaseline<Numbers, Tails>[];
  /** Upper bound of the highest ratio of statistic and reference in normal operation. */
  readonly threshold: number;
  /** Upper bound of the six-row ratio in 97 % of normal rows. */
  readonly calm: number;
  /** Edited factors of the standard errors, by tag. */
  readonly widened?: Readonly<Record<string, number>> | undefined;
  /** Number of separate stays in the mode in which it was learned, if that is one of several. */
  readonly stays?: number | undefined;
  /** These two are set if it was learned between the switches of an equipment. */
  readonly staysByState?: LearnedSwitches['staysByState'] | undefined;
  readonly agreementMs?: LearnedSwitches['agreementMs'];
  /** By measurement: largest median of its residuals on holdout rows. Absent in baselines of earlier versions, which do not judge it. */
  readonly lasting?: Readonly<Record<string, number>> | undefined;
}

/** The same as the model uses it. A large site has thousands of numbers in each of hundreds of groups, and holds them only once. */
export type HeldBaseline = GroupBaseline<Float64Array, TailTables>;

export const heldOf = (stored: GroupBaseline): HeldBaseline => converted(stored, numbersOf, (tables) => new TailTables(tables));

export const storedOf = (held: HeldBaseline): GroupBaseline =>
  converted(
    held,
    (numbers) => Array.from(numbers),
    (tails) => tails.tables(),
  );

const numbersOf = (list: readonly number[]): Float64Array => new Float64Array(list);

function converted<A, B, TailsA, TailsB>(
  baseline: GroupBaseline<A, TailsA>,
  numbers: (from: A) => B,
  tailsOf: (from: TailsA) => TailsB,
): GroupBaseline<B, TailsB> {
  const { mean, deviation, growth, precision, observer, tracks } = baseline;
  return {
    ...baseline,
    mean: numbers(mean),
    deviation: numbers(deviation),
    growth: numbers(growth),
    precision: numbers(precision),
    observer: observer && { weights: numbers(observer.weights), precision: numbers(observer.precision) },
    tracks: tracks.map(({ kind, scale, tails, normal, reference, largest }) => ({
      kind,
      largest: numbers(largest),
      scale: numbers(scale),
      tails: tailsOf(tails),
      normal: numbers(normal),
      reference: numbers(reference),
    })),
  };
}
