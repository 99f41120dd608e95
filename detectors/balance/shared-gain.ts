import type { Moments } from '../../src/detector-kit/moments.ts';
import { productOf } from '../../src/detector-kit/moments.ts';
import { type Choice, explainedBy, leastGain, type Weigh, type Windows } from './select.ts';
import { lengthPlace } from './windows.ts';

/** A flow in the unit of the others. */
export interface SharedFlow {
  /** Its index in the moments. */
  readonly place: number;
  readonly name: string;
  /** Its standard deviation in its unit. */
  readonly deviation: number;
}

/** Terms that change the level by one amount per unit, and whether they fill (1) or empty (-1) it. */
export interface SharedChoice extends Choice {
  readonly signs: readonly number[];
}

/**
 * Least squares for flows of one unit into one store: a litre changes the level by the same amount whichever way it comes, so only
 * that amount (one over the area of a tank) and a constant change are free.
 * @param scales of each flow its sign times its standard deviation, in the order of the inputs after the length
 */
export const sharedGain =
  (scales: readonly number[]): Weigh =>
  (moments, inputs, target) => {
    const [length = lengthPlace, ...flows] = inputs;
    const sum = (of: (flow: number) => number): number =>
      flows.reduce((all, flow, i) => all + (scales[i] as number) * of(flow), 0);
    const along = sum((flow) => productOf(moments, flow, length));
    const own = sum((flow) => sum((other) => productOf(moments, flow, other)));
    const hit = sum((flow) => productOf(moments, flow, target));
    const [still, still2] = [productOf(moments, length, target), productOf(moments, length, length)];
    const determinant = still2 * own - along ** 2;
    if (!(determinant > 0)) return inputs.map(() => 0);
    const gain = (still2 * hit - along * still) / determinant;
    return [(still - gain * along) / still2, ...scales.map((scale) => gain * scale)];
  };

/**
 * Selects flows with signs by forward selection, like `chooseTerms`. A flow that hardly varied can be chosen: its effect follows
 * from the others. Each step takes an inflow, an outflow, or one of each: where a controller keeps a level, neither explains
 * anything without the other. Flows of parallel equipment, whose names differ in a number alone, count as one flow too.
 */
export function chooseShared(windows: Windows, level: number, flows: readonly SharedFlow[], most: number): SharedChoice {
  const parallel = Map.groupBy(flows, ({ name }) => name.replaceAll(/\d+/g, '#'));
  const units = [...flows.map((flow) => [flow]), ...[...parallel.values()].filter(({ length }) => length > 1)];
  let best: Signed = { flows: [], signs: [], units: 0 };
  let explained = 0;
  while (best.units < most) {
    const next = nextFlows(windows.all, level, units, best, most - best.units);
    if (next === undefined) break;
    const more = explainedBy(windows, level, placesOf(next), sharedGain(scalesOf(next)));
    if (1 - more > (1 - leastGain) * (1 - explained)) break;
    [best, explained] = [next, more];
  }
  return { terms: placesOf(best), signs: best.signs, explained };
}

/** Flows with their signs, chosen in so many units. */
interface Signed {
  readonly flows: readonly SharedFlow[];
  readonly signs: readonly number[];
  readonly units: number;
}

const placesOf = ({ flows }: Signed): number[] => flows.map(({ place }) => place);
const scalesOf = ({ flows, signs }: Signed): number[] => flows.map(({ deviation }, i) => (signs[i] as number) * deviation);

const joined = (a: Signed, b: Signed): Signed => ({
  flows: [...a.flows, ...b.flows],
  signs: [...a.signs, ...b.signs],
  units: a.units + b.units,
});

/** Sum of the products of two signed sums of flows. */
function crossOf(moments: Moments, a: Signed, b: Signed): number {
  const [of, by] = [scalesOf(a), scalesOf(b)];
  return a.flows.reduce(
    (sum, { place }, i) =>
      sum +
      b.flows.reduce((all, other, j) => all + (of[i] as number) * (by[j] as number) * productOf(moments, place, other.place), 0),
    0,
  );
}

/**
 * The chosen flows with the addition that removes most of the error: a unit as an inflow or an outflow, or an inflow with an outflow.
 * All are compared by sums of products that are computed once, because pairs are many. The first sign is free.
 */
function nextFlows(
  moments: Moments,
  level: number,
  units: readonly (readonly SharedFlow[])[],
  chosen: Signed,
  room: number,
): Signed | undefined {
  const length = productOf(moments, lengthPlace, lengthPlace);
  const still = productOf(moments, lengthPlace, level) / length;
  const parts = units
    .map((unit) => unit.filter((flow) => !chosen.flows.includes(flow)))
    .filter((unit) => unit.length > 0)
    .map((flows): Signed => ({ flows, signs: flows.map(() => 1), units: 1 }));
  const sumWith = (one: Signed, place: number): number => {
    const scales = scalesOf(one);
    return one.flows.reduce((sum, flow, i) => sum + (scales[i] as number) * productOf(moments, flow.place, place), 0);
  };
  // sums of products about the mean change: with the level, and with each other
  const along = (one: Signed): number => sumWith(one, lengthPlace);
  const hit = (one: Signed): number => sumWith(one, level) - along(one) * still;
  const cross = (a: Signed, b: Signed): number => crossOf(moments, a, b) - (along(a) * along(b)) / length;
  const own = parts.map((one) => ({ hit: hit(one), square: cross(one, one), before: cross(one, chosen) }));
  const before = { hit: hit(chosen), square: cross(chosen, chosen) };
  let best: Signed | undefined;
  let most = 0;
  const consider = (hits: number, square: number, addition: () => Signed): void => {
    const removed = square > 0 ? hits ** 2 / square : 0;
    if (removed > most) [best, most] = [joined(chosen, addition()), removed];
  };
  const signed = (i: number, sign: number): Signed => {
    const { flows, units: count } = parts[i] as Signed;
    return { flows, signs: flows.map(() => sign), units: count };
  };
  own.forEach((one, i) => {
    for (const sign of chosen.units === 0 ? [1] : [1, -1])
      consider(before.hit + sign * one.hit, before.square + one.square + 2 * sign * one.before, () => signed(i, sign));
    if (room < 2) return;
    own.forEach((other, j) => {
      const isNew = chosen.units === 0 ? j > i : j !== i;
      const [inflow, outflow] = [parts[i] as Signed, parts[j] as Signed];
      if (!isNew || outflow.flows.some((flow) => inflow.flows.includes(flow))) return;
      const square = one.square + other.square - 2 * cross(inflow, outflow);
      consider(before.hit + one.hit - other.hit, before.square + square + 2 * (one.before - other.before), () =>
        joined(signed(i, 1), signed(j, -1)),
      );
    });
  });
  return best;
}
