import { plants } from '../../simulators/plants/index.ts';
import { VirtualClock } from '../../src/core/clock.ts';
import type { Plant } from '../../src/core/plant.ts';
import { Metrics, silentLogger } from '../../src/core/plugin.ts';
import { Random } from '../../src/core/random.ts';
import type { Scenario, ScenarioAct } from '../../src/core/scenario.ts';
import { beginPlant } from './begun.ts';

export interface Played {
  readonly plant: Plant;
  /** Value of a register on the network, by point name. */
  readonly register: (point: string) => number;
  readonly truth: (name: string) => number;
}

/** Starts of plays at two times of the day, ms UTC: levels, loads and voltages of a plant differ by it. */
export const playTimes = [0, 12].map((hour) => Date.UTC(2026, 10, 24, hour));

/** Plays a scenario on a headless plant without ordinary life, for a number of seconds. */
export async function play(scenario: Scenario, seconds: number, startTime = Date.UTC(2026, 10, 24, 6)): Promise<Played> {
  const plugin = plants.find(({ type }) => type === scenario.plant);
  if (plugin === undefined) throw new Error(`there is no plant ${scenario.plant}`);
  const context = { logger: silentLogger, clock: new VirtualClock(startTime), random: new Random(1), metrics: new Metrics() };
  const plant = await beginPlant(plugin, { seed: 5, startTime, life: 'none' }, context);
  const index = (name: string): number => plant.points.findIndex((point) => point.name === name);
  for (let second = 0; second < seconds; second++) {
    for (const { atS, everyS, untilS, act } of scenario.steps) {
      const repeats =
        everyS !== undefined && second > atS && second <= (untilS ?? Number.POSITIVE_INFINITY) && (second - atS) % everyS === 0;
      if (second === atS || repeats) perform(plant, act, index);
    }
    plant.step(1);
  }
  return {
    plant,
    register: (point) => plant.registers[index(point)] ?? Number.NaN,
    truth: (name) => plant.truth()[name] ?? Number.NaN,
  };
}

function perform(plant: Plant, act: ScenarioAct, index: (name: string) => number): void {
  switch (act.type) {
    case 'modbus-write':
    case 'opcua-write':
      plant.write(index(act.point), act.value);
      return;
    case 'plant':
      plant.act(act.action);
      return;
    case 'modbus-scan':
      // a read changes nothing in a plant
      return;
  }
}
