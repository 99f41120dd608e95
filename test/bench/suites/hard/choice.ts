import type { Random } from '../../../../src/core/random.ts';
import type { Gaussian } from './gaussian.ts';
import { conditionalMeans } from './linear-attackers.ts';

/** Which tags an attacker falsifies: the first k of an order that is made for each attack. */
export type Choice = (rows: readonly Float64Array[], from: number, to: number) => readonly number[];

/** Any order. */
export const atRandom =
  (tags: number, random: Random): Choice =>
  () => {
    const order = Array.from({ length: tags }, (_, tag) => tag);
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(random.next() * (i + 1));
      [order[i], order[j]] = [order[j] as number, order[i] as number];
    }
    return order;
  };

/**
 * Chooses tags one by one: next the one that gives the linear model the most information, given that the earlier ones are
 * falsified.
 */
export const greedy =
  (model: Gaussian, most: number): Choice =>
  (rows, from, to) => {
    const order: number[] = [];
    while (order.length < most) {
      const before = rows.slice(Math.max(0, from - model.lags), from);
      const seen = [...before, ...conditionalMeans(model, rows, from, to, order)];
      const energy = new Float64Array(model.tags);
      for (let row = before.length; row < seen.length; row++)
        model.residuals(model.past(seen, row)).forEach((u, tag) => {
          (energy[tag] as number) += u * u;
        });
      let next = -1;
      energy.forEach((value, tag) => {
        if (!order.includes(tag) && (next < 0 || value > (energy[next] as number))) next = tag;
      });
      order.push(next);
    }
    return order;
  };
