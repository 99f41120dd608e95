import { Matrix } from 'ml-matrix';
import type { Random } from '../../../../src/core/random.ts';
import type { Attacker } from './cover.ts';
import { Gaussian, Quadratic } from './gaussian.ts';
import { minimiseWithStates, type PlantKnowledge } from './states.ts';

const learnedLags = 3;
const learnedRidge = 1e-3;

/**
 * Conditional mean of the falsified tags given all others and three past rows, with rounded states: the prediction of a learned
 * model.
 */
export function gaussianDynamic(normal: readonly Float64Array[], plant: PlantKnowledge): Attacker {
  const model = new Gaussian(normal, learnedLags, learnedRidge);
  return ({ rows, from, to, tags }) => conditionalMeans(model, rows, from, to, tags, plant.states);
}

/** Falsified rows by the conditional mean alone. */
export function conditionalMeans(
  model: Gaussian,
  rows: readonly Float64Array[],
  from: number,
  to: number,
  tags: readonly number[],
  states: readonly number[] = [],
): Float64Array[] {
  const form = formOf(model, tags);
  return rollOut(model, rows, from, to, tags, (h) => {
    const x = new Float64Array(tags.length);
    form.minimise(x, h, new Uint8Array(tags.length));
    return x.map((value, index) => {
      const tag = tags[index] as number;
      return states.includes(tag) ? model.z(model.value(value, tag) >= 0.5 ? 1 : 0, tag) : value;
    });
  });
}

/**
 * An attacker that knows the defender's linear model: searches consistent states, sets the flow of stopped equipment to 0, and
 * solves for the rest. @param noise conditional standard deviations of noise that fits the model as well
 */
export function whiteBox(model: Gaussian, plant: PlantKnowledge, noise = 0, random?: Random): Attacker {
  return ({ rows, from, to, tags }) => {
    const form = formOf(model, tags);
    const entries = {
      tags,
      z: (value: number, tag: number) => model.z(value, tag),
      value: (z: number, tag: number) => model.value(z, tag),
    };
    const smooth = tags.flatMap((tag, index) => (plant.states.includes(tag) ? [] : [index]));
    const stopped = new Map([...plant.flowOf].map(([state, flow]) => [flow, state]));
    return rollOut(model, rows, from, to, tags, (h) => {
      const x = minimiseWithStates(form, h, entries, plant);
      if (noise === 0 || random === undefined || smooth.length === 0) return x;
      // P = L·L' gives noise of covariance P⁻¹ as L'⁻¹·n
      const lower = form.factor(smooth).lowerTriangularMatrix;
      const drawn = backwards(
        lower,
        Float64Array.from(smooth, () => random.normal()),
      );
      smooth.forEach((entry, index) => {
        const state = tags.indexOf(stopped.get(tags[entry] as number) ?? -1);
        const stands = state >= 0 && model.value(x[state] as number, tags[state] as number) < 0.5;
        if (!stands) (x[entry] as number) += noise * (drawn[index] as number);
      });
      return x;
    });
  };
}

const formOf = (model: Gaussian, tags: readonly number[]): Quadratic =>
  new Quadratic(model.precision.selection([...tags], [...tags]));

/** Falsifies row after row; each is the past of the next. */
function rollOut(
  model: Gaussian,
  rows: readonly Float64Array[],
  from: number,
  to: number,
  tags: readonly number[],
  choose: (h: Float64Array) => Float64Array,
): Float64Array[] {
  const seen = rows.slice(Math.max(0, from - model.lags), from);
  const before = seen.length;
  for (let row = from; row < to; row++) {
    const reported = (rows[row] as Float64Array).slice();
    seen.push(reported);
    const y = model.past(seen, seen.length - 1);
    for (const tag of tags) y[tag] = 0;
    const x = choose(model.product(y, tags));
    tags.forEach((tag, index) => {
      reported[tag] = model.value(x[index] as number, tag);
    });
  }
  return seen.slice(before);
}

/** Solves L'·x = n. */
function backwards(lower: Matrix, n: Float64Array): Float64Array {
  const x = n.slice();
  for (let i = x.length - 1; i >= 0; i--) {
    for (let j = i + 1; j < x.length; j++) (x[i] as number) -= lower.get(j, i) * (x[j] as number);
    (x[i] as number) /= lower.get(i, i);
  }
  return x;
}
