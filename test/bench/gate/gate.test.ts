import { describe, expect, it } from 'vitest';
import { detectors } from '../../../detectors/index.ts';
import { benches } from '../benches.ts';
import { falsifications } from './alone.ts';
import { clientsEnduranceScenarios, enduranceScenarios } from './endurance.ts';
import { accept, compare, isRegression, printedComparison, type Reference } from './compare.ts';
import { readReference } from './reference.ts';
import type { GateScenario } from './scenario.ts';
import { unstored } from './incidents.ts';
import { exclusions, scenarios, scenariosOfPlant, scenariosOfRun } from './scenarios.ts';

describe('the list of scenarios', () => {
  it('has a scenario or a reason for every registered detector, and none for others', () => {
    const types = detectors.map(({ type }) => type);
    const known = [...Object.keys(falsifications), ...Object.keys(exclusions)];
    expect(known.toSorted()).toEqual(types.toSorted());
  });

  it('has the incidents of each plant, and compares a run with those of its plant', () => {
    const ids = (plant?: string) => scenariosOfPlant(plant).map(({ id }) => id);
    expect(ids()).toContain('incidents/per-attack-60');
    expect(ids('waterworks')).toContain('incidents/pairs');
    expect(ids('waterworks').every((id) => id.startsWith('incidents/'))).toBe(true);
    expect(ids('substation')).toEqual(
      expect.arrayContaining([
        'incidents-substation/per-attack-1',
        'incidents-substation/flicker-10',
        'incidents-substation/pairs',
      ]),
    );
    expect(ids().filter((id) => ids('substation').includes(id))).toEqual([]);
    const bars = scenarios.filter(({ id }) => /per-attack|flicker|pairs/.test(id)).map(({ bar }) => bar);
    expect(new Set(bars)).toEqual(new Set([0, 1.2, 2, 6]));
  });

  it('compares a run of one speed, or of the pairs, with their figures, and a run of other parts with none', () => {
    const ids = (options: object) => scenariosOfRun({ quick: false, plant: 'substation', ...options }).map(({ id }) => id);
    expect(ids({ speed: 1 })).toHaveLength(10);
    expect(ids({ speed: 1 }).every((id) => /^incidents-substation\/.*-1$/.test(id))).toBe(true);
    expect(ids({ scenario: 'pairs' })).toEqual(['incidents-substation/pairs']);
    expect(ids({ scenario: 'storm' })).toEqual([]);
    expect([...ids({ seed: 1 }), ...ids({ speed: 1, seed: 1 })]).toEqual([]);
    expect(ids({})).toEqual(scenariosOfPlant('substation').map(({ id }) => id));
  });

  it('has unique ids, benches that exist, and a stored figure for each but those that state that they have none', () => {
    expect(new Set(scenarios.map(({ id }) => id)).size).toBe(scenarios.length);
    const names = benches.map(({ name }) => name);
    expect(scenarios.filter(({ bench }) => !names.includes(bench))).toEqual([]);
    const reference = readReference();
    // half an hour of endurance is stored by its own command
    const ids = [...scenarios, ...enduranceScenarios].map(({ id }) => id);
    const withClients: readonly string[] = clientsEnduranceScenarios.map(({ id }) => id);
    const stored = Object.keys(reference).filter((id) => !withClients.includes(id));
    expect([...stored, ...unstored].toSorted()).toEqual(ids.toSorted());
    for (const { date, machine } of Object.values(reference))
      expect([/^\d{4}-\d\d-\d\d$/.test(date), machine !== '']).toEqual([true, true]);
  });
});

describe('the comparison', () => {
  const scenario = (better: 'higher' | 'lower'): GateScenario => ({ id: 'a', bench: 'b', row: 'r', better, tolerance: 1 });
  const stored = (value: number | null): Reference => ({ a: { value, date: '2026-01-01', machine: 'm' } });
  const verdict = (better: 'higher' | 'lower', was: number | null, is: number): string | undefined =>
    compare([scenario(better)], stored(was), { b: { seconds: 1, rows: [{ name: 'r', value: is, unit: '' }] } })[0]?.verdict;

  it('tells what is worse by more than the tolerance, and what was lost', () => {
    expect([verdict('higher', 5, 4), verdict('higher', 5, 3.9), verdict('higher', 5, 6.1)]).toEqual(['same', 'worse', 'better']);
    expect([verdict('lower', 5, 6), verdict('lower', 5, 6.1), verdict('lower', 5, 3.9)]).toEqual(['same', 'worse', 'better']);
    expect([verdict('lower', 5, Number.NaN), verdict('lower', null, 5), verdict('lower', null, Number.NaN)]).toEqual([
      'worse',
      'better',
      'same',
    ]);
    const gone = compare([scenario('higher')], stored(5), { b: { seconds: 1, rows: [{ name: 'other', value: 1, unit: '' }] } });
    expect(gone.map(isRegression)).toEqual([true]);
  });

  it('does not count benches that did not run, whose data are not here, or that failed', () => {
    const none = { seconds: 1, rows: [{ name: 'b', value: Number.NaN, unit: '', note: 'skipped' }] };
    expect(compare([scenario('higher')], stored(5), {})).toEqual([]);
    expect(compare([scenario('higher')], stored(5), { b: { seconds: 1, rows: [], failed: 'no' } })).toEqual([]);
    expect(compare([scenario('higher')], stored(5), { b: none }).some(isRegression)).toBe(false);
  });

  it('says whether a bar is held, in either direction, and fails nothing by it', () => {
    const told = (better: 'higher' | 'lower', value: number): string =>
      printedComparison(
        compare([{ ...scenario(better), tolerance: Number.POSITIVE_INFINITY, bar: 5 }], stored(5), {
          b: { seconds: 1, rows: [{ name: 'r', value, unit: '' }] },
        }),
      );
    expect([told('higher', 5), told('higher', 4), told('higher', Number.NaN), told('lower', 5), told('lower', 6)]).toEqual([
      'a  same: 5, stored 5; the bar of 5 is held',
      'a  same: 4, stored 5; the bar of 5 is MISSED',
      'a  same: –, stored 5; the bar of 5 is MISSED',
      'a  same: 5, stored 5; the bar of 5 is held',
      'a  same: 6, stored 5; the bar of 5 is MISSED',
    ]);
  });

  it('stores what a run gave and keeps the rest', () => {
    const kept = accept(
      { ...stored(5), z: { value: 1, date: 'd', machine: 'm' } },
      [
        { id: 'a', value: 6, stored: 5, verdict: 'better' },
        { id: 'c', value: Number.NaN, stored: undefined, verdict: 'new' },
        { id: 'z', value: Number.NaN, stored: 1, verdict: 'skipped' },
      ],
      '2026-02-02',
      'n',
    );
    expect(Object.entries(kept).map(([id, { value }]) => [id, value])).toEqual([
      ['a', 6],
      ['c', null],
      ['z', 1],
    ]);
  });
});
