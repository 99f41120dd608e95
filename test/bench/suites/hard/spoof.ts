import type { Plant } from '../../../../src/core/plant.ts';
import type { Random } from '../../../../src/core/random.ts';
import type { Scenario } from '../../../../src/core/scenario.ts';

/** Areas of the waterworks in the order in which water passes them. */
const areas = ['intake', 'treatment', 'clearwell', 'pumping', 'network'] as const;

/** How much of the plant an attacker falsifies to hide a scenario. */
export const reaches = ['tags', 'areas', 'neighbours'] as const;
export type Reach = (typeof reaches)[number];

/** Points that are falsified: those that the attack shows in, all of their areas, or those of the areas beside as well. */
export function falsifiedPoints(plant: Plant, { truth }: Scenario, reach: Reach): readonly number[] {
  const told = new Set(truth.flatMap(({ tags }) => tags));
  const touched = new Set(plant.points.filter(({ name }) => told.has(name)).map(({ area }) => area));
  const beside = areas.filter((area, i) =>
    [area, areas[i - 1], areas[i + 1]].some((near) => near !== undefined && touched.has(near)),
  );
  return plant.points.flatMap(({ name, area }, point) => {
    const falsified =
      reach === 'tags' ? told.has(name) : reach === 'areas' ? touched.has(area) : (beside as string[]).includes(area);
    return falsified ? [point] : [];
  });
}

/** Noise on a donor's values, in shares of a point's range. */
const donorNoise = 0.0005;

/**
 * Replaces the points by those of another plant that is not attacked. A twin has the same random seed and is the most consistent
 * falsification possible; a donor is another day. @param from begin, ms UTC of plant time
 */
export function showInstead(other: Plant, points: readonly number[], from: number, noise?: Random): (plant: Plant) => void {
  return (plant) => {
    other.step(1);
    if (plant.time < from) return;
    for (const point of points) {
      const { low, high, modbus } = plant.points[point] ?? { low: 0, high: 0, modbus: { type: 'bit' } };
      const drawn = noise === undefined || !/float/.test(modbus.type) ? 0 : donorNoise * (high - low) * noise.normal();
      plant.registers[point] = (other.registers[point] as number) + drawn;
      plant.failed[point] = other.failed[point] as number;
    }
  };
}
