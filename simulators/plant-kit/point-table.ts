import type { PlantPoint } from '../../src/core/plant.ts';

/** Indices of a plant's points by name. */
export class PointTable {
  readonly points: readonly PlantPoint[];
  readonly #plant: string;
  readonly #byName: ReadonlyMap<string, number>;

  /** @param plant name of the plant in errors, such as `waterworks` */
  constructor(plant: string, points: readonly PlantPoint[]) {
    this.#plant = plant;
    this.points = points;
    this.#byName = new Map(points.map((point, index) => [point.name, index]));
  }

  /** Index of a point. @throws RangeError for a name that the plant does not have */
  at(name: string): number {
    const index = this.#byName.get(name);
    if (index === undefined) throw new RangeError(`the ${this.#plant} has no point ${name}`);
    return index;
  }

  /** Indices of the same point of several numbered pieces of equipment: `{}` in the pattern is the number, from 1. */
  each(pattern: string, count: number): readonly number[] {
    return Array.from({ length: count }, (_, i) => this.at(pattern.replace('{}', String(i + 1))));
  }
}
