import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { anAlert } from '../../../dashboard/server/testing/fake-alerts.ts';
import { FakeLab } from '../../../dashboard/server/testing/fake-lab.ts';
import { plantStart } from '../../../dashboard/server/testing/fake-values.ts';
import type { Alert } from '../../core/alert.ts';
import { silentLogger } from '../../core/plugin.ts';
import { LabResults } from './results.ts';

const dir = mkdtempSync(join(tmpdir(), 'scadawatch-results-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

it('keeps the score of an ended scenario over a restart, until the next one ends', async () => {
  const [lab, file] = [new FakeLab(), join(dir, 'lab-results.json')];
  const raised: Alert[] = [];
  const results = new LabResults(file, silentLogger);
  expect(results.last).toBeUndefined();
  const stop = results.watch(lab, { find: () => raised });
  await lab.start('overfill');
  lab.effects = [{ text: 'truth tank.level above 4 within 60s', achieved: true }];
  raised.push({ ...anAlert('ALT-1', 'B'), raisedAt: plantStart + 1, tags: ['LT-9'] });
  await lab.stop();
  expect(results.last).toMatchObject({ scenario: 'overfill', startedAt: plantStart, falseAlerts: 1, counted: [] });
  expect(results.last?.effects).toEqual(lab.effects);
  await results.settled();
  expect(new LabResults(file, silentLogger).last).toEqual(results.last);
  raised.pop();
  await lab.start('overfill');
  await lab.stop();
  expect(results.last?.falseAlerts).toBe(0);
  expect(results.last?.truth).toEqual({ 'tank.level': { begin: 3.21, low: 3.21, high: 3.21, end: 3.21 } });
  await results.settled();
  const kept = JSON.parse(readFileSync(file, 'utf8')) as readonly object[];
  expect(kept.map((one) => 'truth' in one)).toEqual([false, true]);
  stop();
});

it('keeps true values and events of each scenario of the last campaign', async () => {
  const [lab, file] = [new FakeLab(), join(dir, 'campaign.json')];
  const results = new LabResults(file, silentLogger);
  results.watch(lab, { find: () => [] });
  const play = async (campaign: boolean): Promise<void> => {
    await lab.start('overfill');
    if (campaign) lab.campaign = { id: 'shift', title: 'A shift', startedAt: plantStart, begun: 1 };
    const { campaign: running } = lab;
    lab.running = undefined;
    await lab.setSpeed(1);
    lab.campaign = running;
  };
  await play(true);
  await play(true);
  lab.campaign = undefined;
  await play(false);
  await play(false);
  await results.settled();
  const kept = new LabResults(file, silentLogger);
  const events = [{ time: plantStart, lane: 'inject', text: 'secret inject' }];
  expect(kept.campaignResults).toMatchObject([
    { campaign: { id: 'shift', title: 'A shift' }, truth: {}, events },
    { campaign: { id: 'shift' }, truth: {}, events },
  ]);
  expect(kept.last).not.toHaveProperty('campaign');
  expect(kept.last).not.toHaveProperty('events');
});

it('keeps a bounded number of results', async () => {
  const [lab, file] = [new FakeLab(), join(dir, 'many.json')];
  const results = new LabResults(file, silentLogger);
  results.watch(lab, { find: () => [] });
  for (let i = 0; i < 60; i++) {
    await lab.start('overfill');
    await lab.stop();
  }
  await results.settled();
  expect(JSON.parse(readFileSync(file, 'utf8'))).toHaveLength(50);
});

it('reports a file that cannot be read, with a hint', () => {
  const file = join(dir, 'broken.json');
  writeFileSync(file, '{');
  expect(() => new LabResults(file, silentLogger)).toThrow(/broken.json holds no results of the lab/);
});
