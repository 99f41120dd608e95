import type { PlantPoint } from '../../src/core/plant.ts';

/** Largest value of each register type that a point may need. */
const widest = { bit: 1, int16: 32_767, uint16: 65_535, int32: 2 ** 31 - 1, uint32: 2 ** 32 - 1, float32: 1e30 };

/** Names of points whose range does not fit into the register of their type. */
export const beyondRegisters = (points: readonly PlantPoint[]): string[] =>
  points.flatMap(({ name, low, high, modbus }) =>
    Math.max(Math.abs(low), Math.abs(high)) / modbus.scale > widest[modbus.type] ? [name] : [],
  );
