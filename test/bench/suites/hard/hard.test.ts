import { describe, expect, it } from 'vitest';
import { relations } from '../../../../detectors/relations/index.ts';
import { scenariosOf } from '../../../../simulators/scenarios/index.ts';
import type { Table } from '../../../../src/tools/backtest/table.ts';
import { Random } from '../../../../src/core/random.ts';
import type { Scenario } from '../../../../src/core/scenario.ts';
import { newWaterworks } from '../../waterworks/plant.ts';
import { startTime } from '../../../support/plants.ts';
import { learn } from '../judge.ts';
import { adaptive } from './adaptive.ts';
import { attribute, noAttribution, precision } from './attribution.ts';
import { relationsOf } from './batadal.ts';
import { atRandom, greedy } from './choice.ts';
import { donor, replayed } from './copies.ts';
import { type Attacker, conceal, windowsOf } from './cover.ts';
import { Gaussian } from './gaussian.ts';
import { gaussianDynamic, whiteBox } from './linear-attackers.ts';
import { falsifiedPoints, showInstead } from './spoof.ts';
import { plantKnowledge } from './states.ts';

const columns = ['L_A', 'L_B', 'S_PU1', 'F_PU1', 'P_A'];
const [level, , state, flow] = [0, 1, 2, 3];
const hour = 3_600_000;

/** A tank that a pump fills and a daily demand empties, a second one that follows it, and a pressure. */
function plantRows(count: number, seed: number, overfill?: { readonly from: number; readonly to: number }): Float64Array[] {
  const random = new Random(seed);
  let tank = 3;
  let pump = 0;
  return Array.from({ length: count }, (_, row) => {
    const attacked = overfill !== undefined && row >= overfill.from && row < overfill.to;
    pump = attacked || tank < 2 ? 1 : tank > 4 ? 0 : pump;
    const rate = pump * (10 + random.normal() * 0.2);
    const demand = 4 + 2 * Math.sin((row / 24) * 2 * Math.PI) + 0.3 * random.normal();
    tank += 0.05 * (rate - demand);
    const noisy = (value: number): number => Math.round((value + 0.02 * random.normal()) * 100) / 100;
    return Float64Array.of(
      noisy(tank),
      noisy(0.5 * tank + 1),
      pump,
      Math.round(rate * 100) / 100,
      noisy(20 + 2 * tank + 3 * pump),
    );
  });
}

const tableOf = (rows: readonly Float64Array[]): Table => ({ name: '', columns, rows, times: rows.map((_, row) => row * hour) });

const normal = plantRows(3_000, 1);
const window = { from: 200, to: 240 };
const truth = plantRows(400, 2, window);
const labels = Uint8Array.from(truth, (_, row) => (row >= window.from && row < window.to ? 1 : 0));
const plant = plantKnowledge(columns);
const model = new Gaussian(normal, 4, 1e-4);
const three = [level, state, flow].toSorted((a, b) => a - b);
const all = [0, 1, 2, 3, 4];

const hide = (attacker: Attacker, tags: readonly number[], rows = truth): readonly Float64Array[] =>
  conceal(tableOf(rows), [{ ...window, tags }], attacker).rows;

/** One tag is far from what the others say for as long as the attack lasts. */
const bent = (tag: number, by: number): Float64Array[] =>
  truth.map((row, index) => (labels[index] === 1 ? Float64Array.from(row, (value, j) => (j === tag ? value + by : value)) : row));

/** How odd the linear model finds the rows of the window. */
const energy = (rows: readonly Float64Array[]): number => {
  let sum = 0;
  for (let row = window.from; row < window.to; row++) for (const u of model.residuals(model.past(rows, row))) sum += u * u;
  return sum;
};

const linear: Record<string, Attacker> = {
  gdyn: gaussianDynamic(normal, plant),
  wb: whiteBox(model, plant),
  wbn: whiteBox(model, plant, 0.8, new Random(3)),
};
const copies: Record<string, Attacker> = {
  donor: donor(normal, plant.states, new Random(3)),
  replay: replayed(labels),
};

describe('every attacker', () => {
  it.each(Object.entries({ ...linear, ...copies }))('%s changes nothing but its tags, while the attack lasts', (_, attacker) => {
    const rows = hide(attacker, three);
    rows.forEach((row, index) =>
      row.forEach((value, tag) => {
        const free = labels[index] === 1 && three.includes(tag);
        if (!free) expect(value).toBe(truth[index]?.[tag]);
        else expect(value).toBeCloseTo(Math.round(value * 100) / 100, 9);
        if (tag === state) expect([0, 1]).toContain(value);
      }),
    );
    expect(rows.slice(window.from, window.to)).not.toEqual(truth.slice(window.from, window.to));
  });
});

describe('attackers with a model', () => {
  it.each(Object.entries(linear))('%s is less odd to it than the truth', (_, attacker) => {
    const odd = bent(level, 2);
    expect(energy(hide(attacker, [level, flow], odd))).toBeLessThan(0.1 * energy(odd));
  });

  it('let no water flow through a pump that stands still', () => {
    for (const attacker of [linear['wb'], linear['wbn']])
      for (const row of hide(attacker as Attacker, all).slice(window.from, window.to))
        if (row[state] === 0) expect(row[flow]).toBe(0);
  });

  it('reach the least that the model allows where no state binds them', () => {
    const tags = [level];
    const best = hide(linear['wb'] as Attacker, tags);
    const at = window.from;
    const energyWith = (value: number): number => {
      const rows = [...best];
      rows[at] = Float64Array.from(best[at] as Float64Array, (old, tag) => (tag === level ? value : old));
      const y = model.past(rows, at);
      return model.product(y, Array.from(y.keys())).reduce((sum, p, i) => sum + p * (y[i] as number), 0);
    };
    const chosen = best[at]?.[level] ?? 0;
    for (const other of [chosen - 0.05, chosen + 0.05]) expect(energyWith(chosen)).toBeLessThan(energyWith(other));
  });
});

describe('copies', () => {
  it('replay a stretch of the same hours without an attack, value for value', () => {
    const rows = hide(copies['replay'] as Attacker, all);
    expect(rows.slice(window.from, window.to)).toEqual(truth.slice(window.from - 48, window.to - 48));
    expect(() => hide(replayed(new Uint8Array(400).fill(1)), all)).toThrow('without an attack');
  });

  it('take the stretch of another year that begins like the truth, with noise on what is no state', () => {
    const rows = hide(copies['donor'] as Attacker, all).slice(window.from, window.to);
    const starts = normal.flatMap((_, row) => (row % 24 === window.from % 24 ? [row] : []));
    const near = starts.filter((start) =>
      rows.every((row, i) => all.every((tag) => Math.abs((normal[start + i]?.[tag] ?? 99) - (row[tag] as number)) < 0.2)),
    );
    expect(near).toHaveLength(1);
    expect(rows).not.toEqual(normal.slice(near[0], (near[0] ?? 0) + rows.length));
  });
});

describe('the choice of tags', () => {
  it('begins with what shows most', () => {
    expect(greedy(model, 3)(bent(4, 10), window.from, window.to)[0]).toBe(4);
    expect(new Set(greedy(model, 5)(truth, window.from, window.to)).size).toBe(5);
    expect(atRandom(5, new Random(1))(truth, 0, 1).toSorted((a, b) => a - b)).toEqual(all);
  });
});

describe('who knows the detector', () => {
  it('gives it a lower score than the truth, and than an attacker with the linear model only', {
    timeout: 120_000,
  }, async () => {
    const learned = await learn([tableOf(normal)], [relations]);
    const knowing = adaptive(relationsOf(learned), columns, plant, new Random(4));
    const sum = async (rows: readonly Float64Array[]): Promise<number> => {
      let total = 0;
      for await (const { row, score } of learned.judge(tableOf(rows))) if (labels[row] === 1) total += score;
      return total;
    };
    const hidden = await sum(hide(knowing, three));
    expect(hidden).toBeLessThan(await sum(truth));
    expect(hidden).toBeLessThan(await sum(hide(linear['wb'] as Attacker, three)));
  });
});

describe('bookkeeping', () => {
  it('finds the windows, also one that lasts to the end', () => {
    expect(windowsOf(Uint8Array.of(0, 1, 1, 0, 1))).toEqual([
      { from: 1, to: 3 },
      { from: 4, to: 5 },
    ]);
  });

  it('counts of the first tags named, as many as were falsified, those that were', () => {
    const once = attribute(noAttribution, ['a', 'b', 'c'], ['a', 'c']);
    expect(once).toEqual({ named: 2, right: 1 });
    expect(precision(attribute(once, ['c'], ['a', 'c']))).toBe(2 / 3);
    expect(precision(noAttribution)).toBeNaN();
  });
});

describe('spoofs of the waterworks', () => {
  const scenario = scenariosOf('waterworks').find(({ id }) => id === 'clearwell-flat') as Scenario;

  it('reach from the tags that show the attack to the areas beside theirs', async () => {
    const works = await newWaterworks({ seed: 1, startTime, life: 'none' });
    const named = (reach: 'tags' | 'areas' | 'neighbours') =>
      falsifiedPoints(works, scenario, reach).map((point) => works.points[point]);
    expect(named('tags').map((point) => point?.name)).toEqual(['CW.LT01']);
    expect(new Set(named('areas').map((point) => point?.area))).toEqual(new Set(['clearwell']));
    expect(new Set(named('neighbours').map((point) => point?.area))).toEqual(new Set(['treatment', 'clearwell', 'pumping']));
  });

  it('show a twin while the plant itself goes another way', async () => {
    const [works, twin, again] = await Promise.all([1, 1, 1].map((seed) => newWaterworks({ seed, startTime, life: 'none' })));
    if (works === undefined || twin === undefined || again === undefined) throw new Error('no plant');
    const points = falsifiedPoints(works, scenario, 'areas');
    const show = showInstead(twin, points, startTime + 60_000);
    works.act({ type: 'sensor-stuck', point: 'CW.LT01', value: 1 });
    for (let second = 0; second < 120; second++) {
      works.step(1);
      again.step(1);
      show(works);
    }
    for (const point of points) expect(works.registers[point]).toBe(again.registers[point]);
    expect(works.truth()).not.toEqual(again.truth());
  });
});
