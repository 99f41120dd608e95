import { Ageing } from './ageing.ts';
import { Bank, keptRows, type BankSnapshot, statistics } from './bank.ts';
import { type GroupBaseline, heldOf, type HeldBaseline, storedOf, type TrackKind } from './baseline.ts';
import { LagResiduals, leak, ObserverResiduals, unsettledRows } from './residuals.ts';
import { LastingResiduals, type LastingSnapshot } from './lasting.ts';
import { mostSurprising, type TailTables } from './surprise.ts';

/** Standardised values are clipped at this size. */
const widest = 50;
export interface ModelSnapshot {
  readonly y: Float64Array;
  readonly leaky: Float64Array;
  readonly observer: { readonly sum: Float64Array; readonly before: Float64Array } | undefined;
  readonly banks: readonly BankSnapshot[];
  readonly age: number;
  readonly alarm: boolean;
  /** Absent where lasting residuals are not judged. */
  readonly lasting?: LastingSnapshot | undefined;
  readonly ageing: readonly unknown[];
}

interface Track {
  readonly kind: TrackKind;
  readonly scale: Float64Array;
  readonly tails: TailTables;
  readonly reference: Float64Array;
  readonly bank: Bank;
  readonly residual: Float64Array;
  readonly ageing: Ageing;
  readonly surprise: Float64Array;
}

const mean6 = statistics.indexOf('mean6');

/** Judges the rows of one group in order. */
export class GroupModel {
  readonly held: HeldBaseline;
  readonly lag: LagResiduals;
  readonly tracks: readonly Track[];
  readonly z: Float64Array;
  readonly #observer: ObserverResiduals | undefined;
  readonly #leaky: Float64Array;
  readonly #recent: Float64Array;
  readonly #lasting: LastingResiduals | undefined;
  /** By tag, 1 / bound of its lasting residual; 0 if it is not judged. */
  readonly #perBound: Float64Array;
  readonly #unsettled: number;
  /** Rows since the last restart. */
  #age = 0;
  #alarm = false;
  /** The highest ratio of the last row, and the highest of the six-row means. */
  #highest = 0;
  #sustained = 0;

  constructor(baseline: GroupBaseline) {
    const d = baseline.tags.length;
    const held = heldOf(baseline);
    this.held = held;
    this.#unsettled = unsettledRows(held.lags);
    this.z = new Float64Array(d);
    const { lags, widened, precision, observer } = held;
    const gain = widened === undefined ? undefined : Float64Array.from(held.tags, (_, j) => gainOf(widenedBy(held, j)));
    this.lag = new LagResiduals({ tags: d, lags, precision, gain });
    this.#leaky = new Float64Array(d);
    this.#lasting = held.lasting && new LastingResiduals(d);
    this.#perBound = Float64Array.from(held.tags, (tag, j) => perBoundOf(held.lasting?.[tag], widenedBy(held, j)));
    this.#observer = observer === undefined ? undefined : new ObserverResiduals({ tags: d, ...observer });
    const residuals: Readonly<Record<TrackKind, Float64Array>> = {
      lag: this.lag.u,
      leaky: this.#leaky,
      observer: this.#observer?.u ?? new Float64Array(d),
    };
    const ageingOf = ({ kind, scale, largest }: HeldBaseline['tracks'][number]): Ageing =>
      new Ageing({
        bound: scale.map((one, j) => one * Math.max(1, largest[j] as number)),
        growth: held.growth,
        absorbMs: held.absorbMs,
        periodMs: held.periodMs,
        hasLevel: kind !== 'leaky',
      });
    this.#recent = new Float64Array(d);
    this.tracks = held.tracks.map((track) => {
      const { kind, scale, tails, normal, reference } = track;
      return {
        kind,
        scale: widened === undefined ? scale : scale.map((one, j) => one * Math.min(1, widenedBy(held, j))),
        tails,
        reference,
        bank: new Bank(normal),
        residual: residuals[kind],
        ageing: ageingOf(track),
        surprise: new Float64Array(d),
      };
    });
  }

  /** The baseline in its stored form. */
  get baseline(): GroupBaseline {
    return storedOf(this.held);
  }

  /** The highest ratio, if the surprise of each tag is the largest possible one. */
  get largestSurprise(): number {
    const least = Math.min(...this.tracks.flatMap(({ reference }) => [...reference]));
    return mostSurprising / least / this.held.threshold;
  }

  /**
   * Judges a row. @param x values in engineering units, in the order of the baseline's tags @param restart true if the row does
   * not continue the previous one @param time ms UTC @returns surprise ≥ 0; 1 is the bound of normal operation, and the minimum during an alarm; 0
   * when the alarm has ended
   */
  push(x: Float64Array, mask: Uint8Array, restart: boolean, time: number): number {
    const { mean, deviation, threshold } = this.held;
    standardise(x, mean, deviation, this.z);
    this.lag.push(this.z, mask, restart);
    this.#observer?.push(this.lag.y, restart);
    this.#age = restart ? 0 : this.#age + 1;
    if (this.#age < this.#unsettled) return 0;
    const ofLags = this.tracks[0]?.ageing;
    for (let j = 0; j < mask.length; j++) this.#recent[j] = mask[j] === 1 ? 0 : (ofLags?.off(j, this.lag.u[j] as number) ?? 0);
    leakInto(this.#leaky, this.#recent, this.#age === this.#unsettled);
    this.#lasting?.push(this.lag.u, this.#age === this.#unsettled);
    for (const { scale, tails, residual, surprise, bank, ageing } of this.tracks) {
      for (let j = 0; j < surprise.length; j++) {
        const off = Math.abs(ageing.off(j, residual[j] as number)) / ((scale[j] as number) * ageing.width(j));
        surprise[j] = mask[j] === 1 ? 0 : tails.of(j, off);
      }
      bank.push(surprise);
    }
    const was = this.#alarm;
    this.#weigh();
    this.#follow();
    const surprise = Math.max(this.#highest / threshold, this.#lasts());
    let isAbsorbed = false;
    for (const { residual, ageing } of this.tracks) if (ageing.follow(time, residual, mask, this.#alarm)) isAbsorbed = true;
    if (isAbsorbed) {
      this.forget();
      this.#leaky.fill(0);
      return 0;
    }
    if (this.#alarm) return Math.max(1, surprise);
    // the deviation is dropped with its alarm, unless one lasts
    return was && surprise < 1 ? 0 : surprise;
  }

  /** The next rows are independent of the previous ones. */
  forget(): void {
    for (const { bank } of this.tracks) bank.forget(0);
    this.#alarm = false;
  }

  snapshot(): ModelSnapshot {
    return structuredClone({
      y: this.lag.y,
      leaky: this.#leaky,
      observer: this.#observer === undefined ? undefined : { sum: this.#observer.sum, before: this.#observer.before },
      banks: this.tracks.map(({ bank }) => bank.snapshot()),
      age: this.#age,
      alarm: this.#alarm,
      lasting: this.#lasting?.snapshot(),
      ageing: this.tracks.map(({ ageing }) => ageing.snapshot()),
    });
  }

  restore(snapshot: ModelSnapshot): void {
    this.lag.y.set(snapshot.y);
    this.#leaky.set(snapshot.leaky);
    if (snapshot.observer !== undefined) {
      this.#observer?.sum.set(snapshot.observer.sum);
      this.#observer?.before.set(snapshot.observer.before);
    }
    snapshot.banks.forEach((bank, k) => this.tracks[k]?.bank.restore(bank));
    if (snapshot.lasting !== undefined) this.#lasting?.restore(snapshot.lasting);
    snapshot.ageing.forEach((one, k) => this.tracks[k]?.ageing.restore(one));
    this.#age = snapshot.age;
    this.#alarm = snapshot.alarm;
  }

  /** The largest lasting residual in units of its bound. It grows with the size of a deviation, while a mean of surprises hardly does. */
  #lasts(): number {
    let largest = 0;
    this.#lasting?.medians.forEach((median, j) => {
      largest = Math.max(largest, Math.abs(median) * (this.#perBound[j] as number));
    });
    return largest;
  }

  /** Computes the highest ratio of a statistic to its bound in normal operation, and the highest of the six-row means. */
  #weigh(): void {
    this.#highest = 0;
    this.#sustained = 0;
    for (const { bank, reference } of this.tracks) {
      for (let i = 0; i < reference.length; i++) {
        const ratio = (bank.values[i] as number) / (reference[i] as number);
        if (ratio > this.#highest) this.#highest = ratio;
        if (i === mean6 && ratio > this.#sustained) this.#sustained = ratio;
      }
    }
  }

  /**
   * If the last rows are normal, the windows drop the rows before them. The alarm then ends unless they still show a deviation.
   */
  #follow(): void {
    const { threshold, calm } = this.held;
    if (this.#alarm) {
      if (this.#sustained > calm) return;
      for (const { bank } of this.tracks) bank.forget(keptRows);
      this.#weigh();
    }
    this.#alarm = this.#highest > threshold;
  }
}

/** Edited factor of a tag's standard error; less than 1 if it was narrowed. */
const widenedBy = ({ tags, widened }: Pick<GroupBaseline, 'tags' | 'widened'>, j: number): number =>
  widened?.[tags[j] as string] ?? 1;

/**
 * Used share of the error of a tag whose standard error a person has multiplied by a factor. The variance of its readings grows
 * by the square of that factor (Wiener's gain), and the prediction of the other tags uses that share.
 */
const gainOf = (widened: number): number => Math.min(1, widened ** -2);

/** Standard error of predicting a tag from all others on holdout rows, in its unit, or its edited value. */
export function errorOf(baseline: GroupBaseline, j: number): number {
  const { tags, lags, precision, deviation, tracks } = baseline;
  const own = precision[j * tags.length * (lags + 1) + j] as number;
  const scale = (tracks[0]?.scale[j] ?? 0) * widenedBy(baseline, j);
  return (scale * (deviation[j] as number)) / Math.sqrt(own);
}

export function standardise(x: Float64Array, mean: Float64Array, deviation: Float64Array, z: Float64Array): void {
  for (let j = 0; j < z.length; j++) {
    const value = ((x[j] as number) - (mean[j] as number)) / (deviation[j] as number);
    z[j] = value > widest ? widest : value < -widest ? -widest : value;
  }
}

/** Bound of a lasting residual in multiples of the largest one in normal operation, and the least bound: quiet days are no proof. */
const [lastingMargin, leastLasting] = [4, 1] as const;
const perBoundOf = (largest: number | undefined, widened: number): number =>
  largest === undefined ? 0 : 1 / (Math.max(leastLasting, lastingMargin * largest) * Math.min(1, widened));

/** Residuals are clipped at this size before they are summed, so that one extreme value has no long effect. */
const loudest = 10;

/** Sum of the residuals with a slow leak. */
export function leakInto(sum: Float64Array, u: Float64Array, restart: boolean): void {
  for (let j = 0; j < sum.length; j++) {
    const value = u[j] as number;
    const cut = value > loudest ? loudest : value < -loudest ? -loudest : value;
    sum[j] = (restart ? 0 : leak * (sum[j] as number)) + cut;
  }
}
