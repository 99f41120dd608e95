import { describe, expect, it } from 'vitest';
import { plants } from '../../simulators/plants/index.ts';
import { scenarios, scenariosOf } from '../../simulators/scenarios/index.ts';
import attack from '../../src/core/attack-ics.json' with { type: 'json' };
import { VirtualClock } from '../../src/core/clock.ts';
import { Metrics, silentLogger } from '../../src/core/plugin.ts';
import { Random } from '../../src/core/random.ts';
import { beginPlant } from '../support/begun.ts';

const techniques = new Set(attack.techniques.map(({ id }) => id));

describe('every scenario', () => {
  it('has an id of its own', () => {
    expect(new Set(scenarios.map(({ id }) => id)).size).toBe(scenarios.length);
  });

  it('belongs to one of the plants', () => {
    expect(plants.flatMap(({ type }) => scenariosOf(type))).toEqual(scenarios);
  });

  it.each(scenarios.map((scenario) => [scenario.id, scenario] as const))(
    '%s fits its plant, its time and the ATT&CK matrix',
    async (_, scenario) => {
      const plugin = plants.find(({ type }) => type === scenario.plant);
      if (plugin === undefined) throw new Error(`there is no plant ${scenario.plant}`);
      const startTime = Date.UTC(2026, 10, 24);
      const context = { logger: silentLogger, clock: new VirtualClock(startTime), random: new Random(1), metrics: new Metrics() };
      const plant = await beginPlant(plugin, { seed: 1, startTime, life: 'none' }, context);
      const points = new Map(plant.points.map((point) => [point.name, point]));
      const equipment = new Set(plant.points.map((point) => point.equipment));

      for (const { atS, untilS, act, text } of scenario.steps) {
        expect(atS).toBeGreaterThanOrEqual(0);
        expect(untilS ?? atS).toBeLessThanOrEqual(scenario.durationS);
        expect(text).not.toBe('');
        if (act.type === 'modbus-write' || act.type === 'opcua-write')
          expect(points.get(act.point)).toMatchObject({ writable: true });
        if (act.type === 'plant') expect(() => plant.act(act.action)).not.toThrow();
      }
      expect(scenario.techniques.filter((id) => !techniques.has(id))).toEqual([]);
      const named = [...scenario.truth, ...(scenario.expect === undefined ? [] : [scenario.expect.finding])];
      expect(named.flatMap(({ tags }) => tags).filter((tag) => !points.has(tag))).toEqual([]);
      expect(named.flatMap((part) => part.equipment).filter((id) => !equipment.has(id))).toEqual([]);
      if (scenario.kind === 'benign') expect(scenario).toMatchObject({ truth: [], techniques: [] });
      else expect(scenario.truth.length).toBeGreaterThan(0);
    },
  );
});
