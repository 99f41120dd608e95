import type { Moments } from '../../src/detector-kit/moments.ts';
import { productOf } from '../../src/detector-kit/moments.ts';
import { type Choice, explainedBy, leastGain, squaredError, type Weigh, type Windows } from './select.ts';
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
    const next = nextFlows(windows.all, level, additions(units, best, most - best.units), best);
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

/** Possible steps: each unit as an inflow or an outflow, and each inflow with each outflow. The first sign is free. */
function additions(units: readonly (readonly SharedFlow[])[], { flows }: Signed, room: number): Signed[] {
  const fresh = units.map((unit) => unit.filter((flow) => !flows.includes(flow))).filter(({ length }) => length > 0);
  const signed = (unit: readonly SharedFlow[], sign: number): Signed => ({ flows: unit, signs: unit.map(() => sign), units: 1 });
  const single = fresh.flatMap((unit) => (flows.length === 0 ? [1] : [1, -1]).map((sign) => signed(unit, sign)));
  if (room < 2) return single;
  const pairs = fresh.flatMap((one, i) =>
    fresh.flatMap((other, j) => {
      const isNew = flows.length === 0 ? j > i : j !== i;
      return isNew && !other.some((flow) => one.includes(flow)) ? [joined(signed(one, 1), signed(other, -1))] : [];
    }),
  );
  return [...single, ...pairs];
}

const joined = (a: Signed, b: Signed): Signed => ({
  flows: [...a.flows, ...b.flows],
  signs: [...a.signs, ...b.signs],
  units: a.units + b.units,
});

/** The chosen flows with the addition that leaves the smallest error. */
function nextFlows(moments: Moments, level: number, added: readonly Signed[], chosen: Signed): Signed | undefined {
  let best: Signed | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const addition of added) {
    const tried = joined(chosen, addition);
    const inputs = [lengthPlace, ...placesOf(tried)];
    const error = squaredError(moments, inputs, level, sharedGain(scalesOf(tried))(moments, inputs, level));
    if (error < least) [best, least] = [tried, error];
  }
  return best;
}
