import { expect, it } from 'vitest';
import { headlessObservations } from '../../simulators/lab/headless.ts';
import { plants } from '../../simulators/plants/index.ts';
import { substation } from '../../simulators/plants/substation/index.ts';
import { BatchBuilder } from '../../src/core/batch.ts';
import type { FindingChange } from '../../src/core/finding.ts';
import { observeBatch, observeEvent } from '../../src/core/observation.ts';
import type { PlantPlugin } from '../../src/core/plant.ts';
import { Quality } from '../../src/core/quality.ts';
import { type Tag, TagTable } from '../../src/core/tag.ts';
import { planDetection } from '../../src/detection/plan/plan.ts';
import { exampleConfig, newPlant } from '../support/plants.ts';
import { watchAgreement } from '../support/watched-agreement.ts';

const minutes = 6;
/** A tag of the controller whose points an operator station reads and a gateway serves. The gateway falsifies it in the last minute. */
const falsified: Readonly<Record<string, string>> = {
  waterworks: 'PS.FT01',
  substation: 'T1.P',
  'robot-cell': 'AIR.P',
  'gas-line': 'ST.PD',
  reactor: 'C1.FT',
};
const gateway = 'gateway';
const lie = 0.8;

/** The tags of one controller, and the same values over a gateway, read every 5 s. */
function tagsOf(plugin: PlantPlugin): { readonly tags: TagTable; readonly controller: string } {
  const plan = planDetection(exampleConfig(plugin));
  const controller = plan.tags.find(({ name }) => name === falsified[plugin.type])?.device ?? '';
  const own = plan.tags.filter(({ device, kind }) => device === controller && kind !== 'text');
  const served = own.map(
    (tag): Tag => ({
      ...tag,
      name: `${tag.name}.GW`,
      device: gateway,
      scanMs: 5_000,
      aliases: [{ device: controller, address: {} }],
      sameAs: [tag.name],
    }),
  );
  return { tags: new TagTable([...own, ...served]), controller };
}

/** Findings while an operator station reads all points of a controller every two seconds, and a gateway sends them every five. */
async function play(plugin: PlantPlugin): Promise<readonly FindingChange[]> {
  const { tags, controller } = tagsOf(plugin);
  const from = Date.UTC(2026, 10, 24, 6);
  const plant = await newPlant({ seed: 4, startTime: from, life: 'calibration' }, plugin);
  const placeOf = new Map(plant.points.map(({ name }, point) => [name, point]));
  const valueOf = ({ name }: Tag): number => plant.registers[placeOf.get(name.replace(/\.GW$/, '')) ?? -1] ?? Number.NaN;
  const { changes, observe } = watchAgreement(tags, [controller, gateway], ['127.0.0.1']);
  const to = from + minutes * 60_000;
  const servedOf = (tag: Tag): number =>
    (plant.time > to - 60_000 && tag.name === `${falsified[plugin.type]}.GW` ? lie : 1) * valueOf(tag);
  const server = { server: '127.0.0.1', port: 502, protocol: 'modbus' as const, device: controller };
  const onSecond = (): void => {
    const second = (plant.time - from) / 1_000;
    if (plugin === substation && second === 60) plant.act({ type: 'act', name: 'load-step', value: 3 });
    if (second % 5 === 2) {
      const indices = tags.ofDevice(gateway);
      const builder = new BatchBuilder(gateway, indices.length, false);
      for (const index of indices) builder.add(index, servedOf(tags.at(index)), Quality.Good, plant.time, plant.time);
      observe(observeBatch(builder.publish()));
    }
    if (second % 2 === 0) {
      // a register has a reading of each of its tags
      const readings = tags.tags.map((tag, index) => ({ tag: index, value: valueOf(tag) }));
      const ends = { client: '127.0.0.20', ...server };
      observe(observeEvent({ type: 'wire-readings', time: plant.time, tap: 'tap', ends, operation: 'FC4', readings }));
    }
    observe(observeEvent({ type: 'tick', time: plant.time }));
  };
  for (const batch of headlessObservations({ plant, tags, from, to, onSecond })) observe(observeBatch(batch));
  return changes;
}

it.each(plants)('values of the $type that move are no difference, and one that a gateway falsifies is', async (plugin) => {
  const begun = (await play(plugin)).filter(({ change }) => change === 'begin').map(({ finding }) => finding);
  expect(begun.map(({ explanation }) => explanation.title)).toEqual(['gateway sends the monitor other values']);
  expect(begun[0]?.tags).toEqual([`${falsified[plugin.type]}.GW`]);
});
