import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { capture, polling } from '../../../test/support/small-capture.ts';
import { BaselineManager } from '../baselines/manager.ts';
import { loadConfig } from '../../config/load.ts';
import { systemClock } from '../../core/clock.ts';
import { main } from '../../main.ts';
import { openState } from '../../state/state.ts';
import { type Baseline, calibrationVersion } from '../../detection/baseline/format.ts';
import { detectorFactories, fingerprint, planDetection } from '../../detection/plan/plan.ts';
import { applyCalibration } from '../../detection/baseline/apply.ts';
import { registry } from '../../app/registry.ts';
import { loadBaseline, saveBaseline, trafficAlone } from '../baselines/store.ts';

const dir = mkdtempSync(join(tmpdir(), 'captures-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const start = Date.UTC(2026, 4, 5, 6);
const plant = `
site: {name: Test}
areas: [{id: a, name: A, equipment: [{id: E, name: E, kind: tank}]}]
devices: {plc1: {type: modbus, host: 10.0.0.11, port: 502, unit: 1}}
scanClasses: {fast: 1s}
tags:
  T: {description: Level, area: a, equipment: E, device: plc1, kind: analog, role: measurement, unit: m, range: [0, 5], decimals: 2, scan: fast, address: {table: holding, register: 0, type: uint16}}
`;
const file = (name: string, content: string | Buffer): string => {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
};

async function calibrate(data: string, ...files: string[]): Promise<number | undefined> {
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    await main(['node', 'scadawatch', 'calibrate', file('plant.yaml', plant), '--data', data, '--capture', ...files]);
    return process.exitCode === undefined ? undefined : Number(process.exitCode);
  } finally {
    process.exitCode = before;
  }
}

const promise = { budgetPerDay: 2.4, promised: true, days: 3, achievedPerDay: 0, missingDays: 0, text: '' };

describe('calibrate --capture', () => {
  it('learns the traffic without a change to the baseline of other detectors, in either order', async () => {
    const config = await loadConfig(file('plant.yaml', plant), { registry, environment: {} });
    const plan = planDetection(config);
    const factories = detectorFactories(plan);
    const others = factories.map((factory) => [
      factory.name,
      { baseline: factory.create().snapshot().baseline, thresholds: { x: { begin: 3, end: 1 } } },
    ]);
    const site: Baseline = {
      fingerprint: fingerprint(plan),
      calibration: {
        version: calibrationVersion,
        source: 'history',
        from: 0,
        to: 1,
        promise,
        detectors: Object.fromEntries(others) as Baseline['calibration']['detectors'],
      },
      bands: {},
    };
    const data = join(dir, 'data');
    const captures = [file('1.pcap', capture(...polling(10, start))), file('2.pcap', capture(...polling(10, start + 60_000)))];
    expect(await calibrate(data, ...captures)).toBeUndefined();
    using state = openState(data);
    expect(loadBaseline(state.baselines, plan)).toBeUndefined();
    const alone = trafficAlone(state.baselines, plan);
    expect(alone?.calibration.promise.promised).toBe(false);
    saveBaseline(state.baselines, site, 5);
    const merged = loadBaseline(state.baselines, plan);
    const lines = new BaselineManager(state, plan, systemClock).lines().filter(({ detector }) => detector === 'traffic');
    expect(lines.map(({ channel }) => channel)).toEqual(expect.arrayContaining(['plc1/client', 'plc1/operation']));
    expect(merged?.calibration.source).toMatch(/^history; traffic: 160 packets of .*1\.pcap, .*2\.pcap$/);
    const { traffic, ...rest } = merged?.calibration.detectors ?? {};
    const { traffic: _, ...before } = site.calibration.detectors;
    expect(rest).toEqual(before);
    expect(traffic?.baseline).toEqual(alone?.calibration.detectors['traffic']?.baseline);
    expect(traffic?.baseline).toMatchObject({
      detector: 'traffic',
      talks: {
        '10.0.0.5': {
          under: { '10.0.0.11': { under: { 'tcp/502': { under: { 'unit 1': { under: { FC3: { low: 0, high: 1 } } } } } } } },
        },
      },
    });
    for (const baseline of [merged, alone])
      expect(() => applyCalibration(baseline?.calibration ?? site.calibration, factories)).not.toThrow();
    expect(state.audit.read({ limit: 5, action: 'baseline.learned' })).toHaveLength(1);
  });

  it('ends with status 2 if there is nothing to learn from', async () => {
    const data = join(dir, 'bad');
    expect(await calibrate(data, file('bad.pcap', 'nonsense'))).toBe(2);
    expect(await calibrate(data, file('empty.pcap', capture()))).toBe(2);
    expect(await calibrate(data, join(dir, 'nowhere.pcap'))).toBe(2);
  });
});
