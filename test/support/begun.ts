import type { Plant, PlantOptions, PlantPlugin, PlantState } from '../../src/core/plant.ts';
import type { PluginContext } from '../../src/core/plugin.ts';

/** States of new plants by type and options: the warm-up of a plant takes longer than most tests. */
const begun = new Map<string, PlantState>();

/** A new plant. It continues from the state in which an earlier one with the same options began, which is the same. */
export async function beginPlant(
  plugin: PlantPlugin,
  options: Omit<PlantOptions, 'state'>,
  context: PluginContext,
): Promise<Plant> {
  const key = JSON.stringify([plugin.type, options]);
  const plant = await plugin.create(plugin.schema.parse({}), { ...options, state: begun.get(key) }, context);
  if (!begun.has(key)) begun.set(key, plant.save());
  return plant;
}
