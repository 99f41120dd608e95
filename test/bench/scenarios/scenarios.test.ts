import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { anAlert } from '../../../dashboard/server/testing/fake-alerts.ts';
import { allScenarios, scenarioOf } from '../../../simulators/scenarios/index.ts';
import { type Measured, measuredFile, parseMeasured } from '../../../simulators/scenarios/measured.ts';
import { waterworks } from '../../../simulators/plants/waterworks/index.ts';
import type { Alert } from '../../../src/core/alert.ts';
import { type PlayOutcome, playOutcome } from '../incidents/play-outcome.ts';
import { coveragePage } from './matrix.ts';
import { playablePlants } from './playable-plants.ts';

const stored = parseMeasured(readFileSync(measuredFile, 'utf8'), measuredFile);

describe('the coverage page', () => {
  it('has the stored results and nothing else', () => {
    expect(readFileSync('docs/attack-coverage.md', 'utf8')).toBe(coveragePage(stored, allScenarios()));
  });

  it('has at most one result of each play', () => {
    const keys = stored.plays.map(({ id, speed, seed }) => `${id} ${speed} ${seed}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(stored.plays.every(({ seed }) => stored.seeds.includes(seed))).toBe(true);
  });

  it('states what is measured, and what is not', () => {
    const play = (seed: number, rest: Partial<Measured['plays'][number]>): Measured['plays'][number] => ({
      id: 'device-scan',
      speed: 1,
      seed,
      delayS: null,
      assetRight: null,
      named: [],
      falseAlerts: 1,
      ...rest,
    });
    const plays = [play(1, {}), play(2, { delayS: 4, assetRight: true, named: ['T0846'] })];
    const measured = { code: 'abc', commit: 'f00', measuredOn: '2026-11-29', seeds: [1, 2, 3], plays };
    const page = coveragePage(measured, [scenarioOf('device-scan'), scenarioOf('storm')]);
    expect(page).toContain('Measured: 2 of 6 plays, last on 2026-11-29, with commit `f00`, source hash `abc`');
    expect(page).toMatch(/\| Impact \| possible consequence only \|/);
    expect(page).toMatch(/\| T0846 \| T0846 \|.*\| 2 of 3 \| 1 of 2 \| 4 s \| 1 of 2 \| 1 of 2 \| 2 \|/);
    expect(page).toMatch(/\| T0888 \|.*\| 2 of 3 \| 1 of 2 \| 4 s \| 1 of 2 \| 0 of 2 \| 2 \|/);
    const all = {
      ...measured,
      plays: plays.map((one) => ({ ...one, incidents: 2 })),
      normalDays: [{ plant: 'waterworks', seed: 1, alerts: 3 }],
    };
    const named = coveragePage(all, [scenarioOf('device-scan'), scenarioOf('storm')]);
    expect(named).toMatch(/\| waterworks \| 2 \| 1 of 2 \(50 %\) \| 1 of 2 \(50 %\) \|.*\| 2\.00 \| – \| 3 \|/);
    expect(named).toMatch(/\| substation \| 0 \| – \|.*\| – \|/);
    // results of earlier versions have no incidents
    expect(page).toMatch(/\| waterworks \| 2 .*\| – \| – \| – \|/);
    expect(page).toMatch(/`storm`.*\| benign \| – \| 0 of 3 \| not measured \| not measured/);
  });
});

describe('the plants of a run', () => {
  it('are those that ship a baseline, and one line names the others', () => {
    const [one, two] = [waterworks, { ...waterworks, type: 'bare', shipped: undefined }];
    expect(playablePlants(undefined, [one, two])).toEqual({
      chosen: [one],
      note: 'not played, because no baseline is shipped: bare',
    });
    expect(playablePlants(undefined, [one]).note).toBeUndefined();
  });

  it('are the given one alone', () => {
    expect(playablePlants('robot-cell').chosen.map(({ type }) => type)).toEqual(['robot-cell']);
  });
});

describe('the outcome of a play', () => {
  const of = { speed: 1, seed: 1 };
  const start = 1_000_000;
  const outcome = (id: string, ...alerts: readonly Partial<Alert>[]): PlayOutcome => {
    const raised = alerts.map((alert, i) => ({
      ...anAlert(`ALT-${i}`, 'B'),
      device: undefined,
      tags: [],
      techniques: [],
      incident: `INC-${i}`,
      ...alert,
    }));
    return playOutcome(scenarioOf(id), { startedAt: start, endedAt: start + 3_600_000, alerts: raised }, of);
  };
  const at = (s: number): number => start + s * 1_000;

  it('has the delay, the asset and the techniques of the true alerts', () => {
    const technique = { id: 'T1692', name: '', basis: 'observed' } as unknown as Alert['techniques'][number];
    const hit = { equipment: 'PS', raisedAt: at(65), techniques: [technique] };
    expect(outcome('pumps-stopped', hit, { equipment: 'CL', raisedAt: at(90) })).toEqual({
      id: 'pumps-stopped',
      speed: 1,
      seed: 1,
      delayS: 5,
      assetRight: true,
      named: ['T1692.001'],
      falseAlerts: 1,
      incidents: 1,
    });
  });

  it('does not take a consequence for the attacked asset', () => {
    expect(outcome('pumps-stopped', { equipment: 'RW', raisedAt: at(65) })).toMatchObject({ delayS: 5, assetRight: false });
    expect(outcome('pumps-stopped')).toMatchObject({ delayS: null, assetRight: null, falseAlerts: 0 });
  });

  it('counts each alert of a benign scenario as false', () => {
    expect(outcome('storm', { equipment: 'F4', raisedAt: at(305) })).toMatchObject({ delayS: null, falseAlerts: 1 });
  });
});
