import { kelvin } from './components.ts';

/** Rates of the four reactions, kmol/s: A + C + D → G, A + C + E → H, A + E → F, 3 D → 2 F (per kmol of F). */
export type Rates = readonly [r1: number, r2: number, r3: number, r4: number];

/** Heat of the first two reactions, kJ/kmol. */
const reactionHeat = [160_480, 116_300] as const;

/** @param t °C @param partial pressures of A to H, kPa @param space gas volume, m³ @param activity share of the usual rates of G and H */
export function ratesOf(t: number, partial: readonly number[], space: number, activity: number): Rates {
  const [a = 0, , c = 0, d = 0, e = 0] = partial;
  const absolute = t + kelvin;
  const gases = a > 0 && c > 0 ? a ** 1.1544 * c ** 0.3735 : 0;
  const slow = Math.exp(-30_196.3 / absolute) * a * space;
  return [
    3.78516e13 * Math.exp(-20_130.9 / absolute) * gases * d * space * activity,
    14.7043 * Math.exp(-10_065.4 / absolute) * gases * e * space * activity,
    3.9126e22 * slow * e,
    // the source has p_A here although A is not consumed
    3.00287e22 * slow * d,
  ];
}

/** Production of A to H by the reactions, kmol/s. */
export const productionOf = ([r1, r2, r3, r4]: Rates): number[] => [
  -r1 - r2 - r3,
  0,
  -r1 - r2,
  -r1 - 1.5 * r4,
  -r2 - r3,
  r3 + r4,
  r1,
  r2,
];

/** kW */
export const heatOfReactions = ([r1, r2]: Rates): number => reactionHeat[0] * r1 + reactionHeat[1] * r2;

/** Largest share of the rates with which no component is used up within `dt`. */
export function feasible(rates: Rates, n: readonly number[], dt: number): number {
  let share = 1;
  productionOf(rates).forEach((rate, i) => {
    const used = -rate * dt;
    if (used > 0.5 * (n[i] ?? 0)) share = Math.min(share, (0.5 * (n[i] ?? 0)) / used);
  });
  return share;
}
