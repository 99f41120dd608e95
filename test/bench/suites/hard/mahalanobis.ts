import type { Judgement } from '../judge.ts';
import { Gaussian } from './gaussian.ts';

const ridge = 1e-3;
const window = 6;
/** Share of normal rows that stay under the threshold. */
const calm = 0.99;

/** The simple detector that stands beside: a row's distance from normal in all directions at once, as a mean of six rows. */
export class Mahalanobis {
  readonly #model: Gaussian;
  readonly #threshold: number;

  constructor(normal: readonly Float64Array[]) {
    this.#model = new Gaussian(normal, 0, ridge);
    const sorted = means(this.#model, normal).sort();
    this.#threshold = sorted[Math.floor(calm * sorted.length)] ?? 0;
  }

  judge(rows: readonly Float64Array[]): Judgement {
    const score = means(this.#model, rows).map((value) => value / this.#threshold);
    return { score, alarm: Uint8Array.from(score, (value) => (value > 1 ? 1 : 0)) };
  }
}

function means(model: Gaussian, rows: readonly Float64Array[]): Float64Array {
  const all = Array.from({ length: model.tags }, (_, j) => j);
  const distances = rows.map((_, row) => {
    const y = model.past(rows, row);
    return model.product(y, all).reduce((sum, value, j) => sum + value * (y[j] as number), 0);
  });
  return Float64Array.from(distances, (_, row) => {
    const last = distances.slice(Math.max(0, row + 1 - window), row + 1);
    return last.reduce((sum, value) => sum + value, 0) / last.length;
  });
}
