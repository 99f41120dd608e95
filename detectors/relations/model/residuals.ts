import { multiply } from './linear.ts';

/** Sweeps that move missing values to their conditional mean. */
const sweeps = 3;
/** Share of a sum of innovations that remains after one row. */
export const leak = 0.7;
/** Standardised values are clipped at this size before they are squared. */
const squareCut = 4;

/** Number of rows after a restart without a complete past: they are stored, not judged. */
export const unsettledRows = (lags: number): number => Math.max(1, lags);

/** Residuals of one row, given all other tags now and all lags, own lags included. */
export interface LagParameters {
  readonly tags: number;
  readonly lags: number;
  /** The first `tags` rows of the inverse covariance of [z(t), z(t−1) …], row-major. */
  readonly precision: Float64Array;
  /** Used share of a tag's error, if it is less than 1. */
  readonly gain?: Float64Array | undefined;
}

/**
 * Computes all ridge regressions of each tag on all other values at once. With P the inverse covariance of the row and its lags,
 * (P·y)ⱼ / √Pⱼⱼ is the standardised error of predicting tag j from all the rest.
 */
export class LagResiduals {
  readonly #p: LagParameters;
  readonly #diagonal: Float64Array;
  /** Of the diagonal of `own`. */
  readonly #root: Float64Array;
  /** (P·y) of the row's own values. */
  readonly product: Float64Array;
  /** Current row, then the lags, newest first, as used values; masked values are filled in. */
  y: Float64Array;
  /** Standardised errors; 0 where masked. */
  readonly u: Float64Array;

  constructor(parameters: LagParameters) {
    const { tags, lags, precision } = parameters;
    const size = tags * (lags + 1);
    this.#p = parameters;
    this.#diagonal = Float64Array.from({ length: tags }, (_, j) => precision[j * size + j] as number);
    this.product = new Float64Array(tags);
    this.y = new Float64Array(size);
    this.u = new Float64Array(tags);
    const { own } = this;
    this.#root = Float64Array.from({ length: tags }, (_, j) => Math.sqrt(own[j * tags + j] as number));
  }

  /** @param restart true if the row does not continue the previous ones */
  push(z: Float64Array, mask: Uint8Array, restart: boolean): void {
    const { tags, precision } = this.#p;
    const size = this.y.length;
    this.y.copyWithin(tags, 0, size - tags);
    if (restart) this.y.fill(0);
    for (let j = 0; j < tags; j++) if (mask[j] === 0) this.y[j] = z[j] as number;
    if (this.#p.gain !== undefined || mask.includes(1)) this.#fill(z, mask);
    multiply(precision, tags, size, this.y, this.product);
    for (let j = 0; j < tags; j++) this.u[j] = mask[j] === 1 ? 0 : (this.product[j] as number) / (this.#root[j] as number);
  }

  /** P of the readings of the row's tags, row-major d × d: an error used in part reads like noise of the tag's own. */
  get own(): Float64Array {
    const { tags, precision, gain } = this.#p;
    const size = this.y.length;
    const own = Float64Array.from(
      { length: tags * tags },
      (_, i) => precision[Math.floor(i / tags) * size + (i % tags)] as number,
    );
    gain?.forEach((part, j) => addNoise(own, tags, j, part, this.#diagonal[j] as number));
    return own;
  }

  /** Deviation of tag j from its prediction by all the rest, in standardised units. */
  error(j: number): number {
    return (this.u[j] as number) / (this.#root[j] as number);
  }

  /** 1 / standard error of predicting tag j, on learned rows. */
  root(j: number): number {
    return this.#root[j] as number;
  }

  /** Gauss–Seidel on P_MM·y_M = −P_MR·y_R: masked values move to their prediction, values used in part towards it. */
  #fill(z: Float64Array, mask: Uint8Array): void {
    const { tags, precision, gain } = this.#p;
    const size = this.y.length;
    for (let sweep = 0; sweep < sweeps; sweep++)
      for (let j = 0; j < tags; j++) {
        const believed = mask[j] === 1 ? 0 : (gain?.[j] ?? 1);
        if (believed === 1) continue;
        let sum = 0;
        for (let i = 0; i < size; i++) if (i !== j) sum += (precision[j * size + i] as number) * (this.y[i] as number);
        const predicted = -sum / (this.#diagonal[j] as number);
        this.y[j] = believed === 0 ? predicted : predicted + believed * ((z[j] as number) - predicted);
      }
  }
}

/**
 * Adds noise to tag j's reading, so that a prediction with standard error 1 / √`diagonal` uses the share `gain` of its error
 * (Sherman–Morrison). The weight of the tag in the prediction of the others decreases, and so does theirs in its own.
 */
function addNoise(precision: Float64Array, d: number, j: number, gain: number, diagonal: number): void {
  if (gain === 1) return;
  const row = precision.slice(j * d, (j + 1) * d);
  const pivot = (row[j] as number) + (diagonal * gain) / (1 - gain);
  for (let i = 0; i < d; i++)
    for (let k = 0; k < d; k++) (precision[i * d + k] as number) -= ((row[i] as number) * (row[k] as number)) / pivot;
}

/** Prediction of a row from the previous row and its squares. */
export interface ObserverParameters {
  readonly tags: number;
  /** Per tag the weights of 1, z(t−1) and clipped z(t−1)² − 1, row-major. */
  readonly weights: Float64Array;
  /** Inverse covariance of the leaky sums, row-major. */
  readonly precision: Float64Array;
}

export const observerInputs = (tags: number): number => 2 * tags + 1;

/** The inputs of the observer: 1, the row, and its clipped squares minus their mean. */
export function fillInputs(z: Float64Array, tags: number, inputs: Float64Array): void {
  inputs[0] = 1;
  for (let j = 0; j < tags; j++) {
    const value = z[j] as number;
    const cut = value > squareCut ? squareCut : value < -squareCut ? -squareCut : value;
    inputs[1 + j] = value;
    inputs[1 + tags + j] = cut * cut - 1;
  }
}

/**
 * Innovations of a one-step prediction, summed with a slow leak: an open-loop observer of gain 1 − `leak`. Falsified values that
 * agree with their own past do not agree with the prediction from the past of the others.
 */
export class ObserverResiduals {
  readonly #p: ObserverParameters;
  readonly #inputs: Float64Array;
  readonly #predicted: Float64Array;
  readonly #root: Float64Array;
  readonly u: Float64Array;
  sum: Float64Array;
  before: Float64Array;

  constructor(parameters: ObserverParameters) {
    const { tags, precision } = parameters;
    this.#p = parameters;
    this.#inputs = new Float64Array(observerInputs(tags));
    this.#predicted = new Float64Array(tags);
    this.#root = Float64Array.from({ length: tags }, (_, j) => Math.sqrt(precision[j * tags + j] as number));
    this.u = new Float64Array(tags);
    this.sum = new Float64Array(tags);
    this.before = new Float64Array(tags);
  }

  /** @param y the row with masked values filled in */
  push(y: Float64Array, restart: boolean): void {
    this.follow(y, restart);
    const { tags, precision } = this.#p;
    multiply(precision, tags, tags, this.sum, this.u);
    for (let j = 0; j < tags; j++) (this.u[j] as number) /= this.#root[j] as number;
  }

  /** Updates `sum` alone. */
  follow(y: Float64Array, restart: boolean): void {
    const { tags, weights } = this.#p;
    if (restart) this.sum.fill(0);
    else {
      fillInputs(this.before, tags, this.#inputs);
      multiply(weights, tags, this.#inputs.length, this.#inputs, this.#predicted);
      for (let j = 0; j < tags; j++)
        this.sum[j] = leak * (this.sum[j] as number) + (y[j] as number) - (this.#predicted[j] as number);
    }
    for (let j = 0; j < tags; j++) this.before[j] = y[j] as number;
  }
}
