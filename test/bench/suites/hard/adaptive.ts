import { Matrix } from 'ml-matrix';
import type { GroupBaseline } from '../../../../detectors/relations/model/baseline.ts';
import { GroupModel } from '../../../../detectors/relations/model/model.ts';
import type { Random } from '../../../../src/core/random.ts';
import type { Attacker } from './cover.ts';
import { Quadratic } from './gaussian.ts';
import { minimiseWithStates, type PlantKnowledge } from './states.ts';

/** Rows before an attack that warm the attacker's copy of the detector. */
const warmRows = 48;
/** Weights of the lag, leaky and observer residuals that are tried as one form. */
const mixtures = [
  [1, 0, 0],
  [1, 1, 0],
  [1, 1, 1],
  [0.1, 0.1, 1],
] as const;
/** Number of small changes of the best candidate that are tried; the change with the lowest surprise is kept. */
const trials = 40;
const trialStep = 0.3;

/**
 * Has the calibrated `relations` detector itself: for each row the least of several mixtures of its residuals in closed form,
 * then tries changes with the detector as oracle and keeps what scores least.
 * @param columns of the table
 */
export function adaptive(baseline: GroupBaseline, columns: readonly string[], plant: PlantKnowledge, random: Random): Attacker {
  const columnOf = baseline.tags.map((name) => columns.indexOf(name));
  const placeOf = new Map(columnOf.map((column, place) => [column, place]));
  return ({ rows, from, to, tags }) => {
    const known = tags.filter((tag) => placeOf.has(tag));
    const places = known.map((tag) => placeOf.get(tag) ?? 0);
    const oracle = new Oracle(baseline, columnOf);
    for (let row = Math.max(0, from - warmRows); row < from; row++) oracle.take(rows[row] as Float64Array);
    const forms = mixtures.map((weights) => oracle.formOf(places, weights));
    const entries = {
      tags: known,
      z: (value: number, tag: number) => oracle.z(value, placeOf.get(tag) ?? 0),
      value: (z: number, tag: number) => oracle.value(z, placeOf.get(tag) ?? 0),
    };
    const falsified: Float64Array[] = [];
    for (let row = from; row < to; row++) {
      const truth = rows[row] as Float64Array;
      const reported = (x: Float64Array): Float64Array => {
        const values = truth.slice();
        for (const tag of tags) values[tag] = truth[tag] as number;
        known.forEach((tag, index) => {
          values[tag] = Math.round(entries.value(x[index] as number, tag) * 100) / 100;
        });
        return values;
      };
      let best: Float64Array = new Float64Array(known.length);
      let least = Number.POSITIVE_INFINITY;
      const consider = (x: Float64Array): void => {
        const score = oracle.ask(reported(x));
        if (score >= least) return;
        least = score;
        best = x;
      };
      const offsets = oracle.offsets(truth, places);
      forms.forEach(({ form, rows: sensitivity, weights }) =>
        consider(minimiseWithStates(form, oracle.linearPart(sensitivity, offsets, weights), entries, plant)),
      );
      for (let trial = 0; trial < trials && known.length > 0; trial++) {
        const changed = best.slice();
        const index = Math.floor(random.next() * known.length);
        if (plant.states.includes(known[index] as number)) continue;
        (changed[index] as number) += trialStep * random.normal();
        consider(changed);
      }
      const chosen = reported(best);
      oracle.take(chosen);
      falsified.push(chosen);
    }
    return falsified;
  };
}

/** The detector as its opponent uses it: queried for scores without learning, then given the reported values. */
class Oracle {
  readonly #baseline: GroupBaseline;
  readonly #columnOf: readonly number[];
  readonly #model: GroupModel;
  readonly #x: Float64Array;
  readonly #mask: Uint8Array;
  readonly #mean: Float64Array;
  readonly #deviation: Float64Array;
  #first = true;
  /** ms: the attacker asks within the period of one row. */
  #time = 0;

  constructor(baseline: GroupBaseline, columnOf: readonly number[]) {
    this.#baseline = baseline;
    this.#columnOf = columnOf;
    this.#model = new GroupModel(baseline);
    this.#x = new Float64Array(columnOf.length);
    this.#mask = new Uint8Array(columnOf.length);
    this.#mean = Float64Array.from(baseline.mean);
    this.#deviation = Float64Array.from(baseline.deviation);
  }

  take(row: Float64Array): number {
    this.#columnOf.forEach((column, place) => {
      this.#x[place] = row[column] as number;
    });
    this.#time += this.#baseline.periodMs;
    const surprise = this.#model.push(this.#x, this.#mask, this.#first, this.#time);
    this.#first = false;
    return surprise;
  }

  ask(row: Float64Array): number {
    const before = this.#model.snapshot();
    const time = this.#time;
    const surprise = this.take(row);
    this.#time = time;
    this.#model.restore(before);
    return surprise;
  }

  z(value: number, place: number): number {
    return (value - (this.#mean[place] as number)) / (this.#deviation[place] as number);
  }

  value(z: number, place: number): number {
    return z * (this.#deviation[place] as number) + (this.#mean[place] as number);
  }

  /** How each scaled residual answers to each falsified tag, and the form that the weights make of it. */
  formOf(places: readonly number[], weights: readonly [number, number, number]) {
    const d = this.#columnOf.length;
    const { lags, precision, observer } = this.#baseline;
    const lag = sensitivity(precision, d, d * (lags + 1), places, this.#scale('lag'));
    const leaky = sensitivity(precision, d, d * (lags + 1), places, this.#scale('leaky'));
    const open =
      observer === undefined
        ? lag.map((row) => row.map(() => 0))
        : sensitivity(observer.precision, d, d, places, this.#scale('observer'));
    const rows = [lag, leaky, open] as const;
    const g = new Matrix(places.length, places.length);
    rows.forEach((some, kind) =>
      some.forEach((row) =>
        row.forEach((a, i) => row.forEach((b, j) => g.set(i, j, g.get(i, j) + (weights[kind] ?? 0) * a * b))),
      ),
    );
    for (let i = 0; i < places.length; i++) g.set(i, i, g.get(i, i) + 1e-6);
    return { form: new Quadratic(g), rows, weights };
  }

  /** The scaled residuals of this row if the falsified tags stood at their mean. */
  offsets(truth: Float64Array, places: readonly number[]): readonly [Float64Array, Float64Array, Float64Array] {
    const d = this.#columnOf.length;
    const before = this.#model.snapshot();
    const x = Float64Array.from(this.#columnOf, (column) => truth[column] as number);
    for (const place of places) x[place] = this.#mean[place] as number;
    this.#model.push(x, this.#mask, this.#first, this.#time + this.#baseline.periodMs);
    const residual = (kind: string): Float64Array => {
      const scale = this.#scale(kind);
      const found = this.#model.tracks.find((track) => track.kind === kind)?.residual ?? new Float64Array(d);
      return found.map((value, j) => value / (scale[j] as number));
    };
    const offsets = [residual('lag'), residual('leaky'), residual('observer')] as const;
    this.#model.restore(before);
    return offsets;
  }

  linearPart(
    rows: readonly (readonly (readonly number[])[])[],
    offsets: readonly Float64Array[],
    weights: readonly number[],
  ): Float64Array {
    const h = new Float64Array(rows[0]?.[0]?.length ?? 0);
    rows.forEach((some, kind) =>
      some.forEach((row, j) =>
        row.forEach((a, i) => {
          (h[i] as number) += (weights[kind] ?? 0) * a * (offsets[kind]?.[j] ?? 0);
        }),
      ),
    );
    return h;
  }

  #scale(kind: string): readonly number[] {
    return this.#baseline.tracks.find((track) => track.kind === kind)?.scale ?? this.#columnOf.map(() => 1);
  }
}

/** Rows of diag(1 / (√Pⱼⱼ·scaleⱼ))·P at the falsified places. */
function sensitivity(
  precision: readonly number[],
  d: number,
  size: number,
  places: readonly number[],
  scale: readonly number[],
): number[][] {
  return Array.from({ length: d }, (_, j) => {
    const root = Math.sqrt(precision[j * size + j] as number) * (scale[j] as number);
    return places.map((place) => (precision[j * size + place] as number) / root);
  });
}
