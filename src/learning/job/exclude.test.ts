import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tagOf } from '../../../test/support/detectors.ts';
import type { Alert, AlertChange } from '../../core/alert.ts';
import { BatchBuilder } from '../../core/batch.ts';
import { Quality } from '../../core/quality.ts';
import { TagTable } from '../../core/tag.ts';
import { openState } from '../../state/state.ts';
import { excludedBy, excludedByMaintenance, excludedIn, Exclusion } from './exclude.ts';

const tags = new TagTable([
  { ...tagOf('CW.LT01'), equipment: 'CW', device: 'plc1' },
  { ...tagOf('CW.LT02'), equipment: 'CW', device: 'plc1' },
  { ...tagOf('T1.LT'), equipment: 'T1', device: 'rtu2' },
]);
const alert = { equipment: 'CW', tags: ['CW.LT01'], since: 100, returnedAt: 200 } as unknown as Alert;

function qualitiesAt(time: number): number[] {
  const batch = new BatchBuilder('plc1', 3);
  for (const tag of [0, 1, 2]) batch.add(tag, tag, Quality.Good, time, time);
  return [...new Exclusion(excludedBy([alert], tags, 1_000)).apply(batch.publish()).quality];
}

describe('data excluded from learning', () => {
  it('are the equipment of an alert for its duration', () => {
    const out = Quality.BadOutOfService;
    expect(qualitiesAt(99)).toEqual([0, 0, 0]);
    expect(qualitiesAt(100)).toEqual([out, out, 0]);
    expect(qualitiesAt(200)).toEqual([out, out, 0]);
    expect(qualitiesAt(201)).toEqual([0, 0, 0]);
  });

  it('are parts under maintenance', () => {
    const windows = [
      { id: 'M1', place: { kind: 'device', id: 'plc1' }, from: 10, to: 20, by: 'operator', reason: '' },
      { id: 'M2', place: { kind: 'equipment', id: 'T1' }, from: 15, to: 30, by: 'operator', reason: '' },
    ] as const;
    expect(excludedByMaintenance(windows, tags)).toEqual([
      { from: 10, to: 20, tags: [0, 1] },
      { from: 15, to: 30, tags: [2] },
    ]);
  });

  it('are found for a recorded span: alerts that lasted into it, and windows that overlap it', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'scadawatch-exclude-'));
    using cleanup = new DisposableStack();
    cleanup.defer(() => rmSync(dir, { recursive: true }));
    const state = cleanup.use(openState(dir));
    const by = { role: 'monitor', session: 'monitor' };
    const told = { ...alert, state: 'A', raisedAt: 100, area: '', incident: 'I1' };
    ['one', 'two'].forEach((id, i) => {
      const returnedAt = 200 + 100 * i;
      const change = { sequence: i + 1, time: 100, kind: 'raised', by, alert: { ...told, id, returnedAt } };
      state.alerts.append(change as unknown as AlertChange);
    });
    state.maintenance.add({ id: 'M1', place: { kind: 'equipment', id: 'T1' }, from: 240, to: 260, by: 'operator', reason: '' });
    const { alerts, windows, excluded } = await excludedIn(state, tags, 250, 400);
    expect([alerts.map(({ id }) => id), windows.map(({ id }) => id)]).toEqual([['two'], ['M1']]);
    expect(excluded).toEqual([
      { from: 100, to: 300, tags: [0, 1] },
      { from: 240, to: 260, tags: [2] },
    ]);
  });

  it('extend to the end if the alert is still open', () => {
    const [open] = excludedBy([{ ...alert, returnedAt: undefined }], tags, 1_000);
    expect(open).toEqual({ from: 100, to: 1_000, tags: [0, 1] });
  });

  it('leave a batch without any unchanged', () => {
    const batch = new BatchBuilder('plc1', 1);
    batch.add(2, 1, Quality.Good, 150, 150);
    const published = batch.publish();
    expect(new Exclusion(excludedBy([alert], tags, 1_000)).apply(published)).toBe(published);
  });

  it('are the union of many overlapping spans', () => {
    const span = fc.record({ from: fc.nat(30), length: fc.integer({ min: -4, max: 12 }), tags: fc.subarray([0, 1, 2]) });
    fc.assert(
      fc.property(fc.array(span, { maxLength: 12 }), (spans) => {
        const excluded = spans.map(({ from, length, tags: own }) => ({ from, to: from + length, tags: own }));
        const builder = new BatchBuilder('plc1', 3 * 45);
        for (let time = 0; time < 45; time++)
          for (const tag of [0, 1, 2]) builder.add(tag, tag, Quality.UncertainEngineeringUnitsExceeded, time, time);
        const batch = builder.publish();
        const expected = [...batch.sourceTime].map((time, row) =>
          excluded.some(({ from, to, tags: own }) => time >= from && time <= to && own.includes(row % 3))
            ? Quality.BadOutOfService
            : Quality.UncertainEngineeringUnitsExceeded,
        );
        const { quality } = new Exclusion(excluded).apply(batch);
        expect([...quality]).toEqual(expected);
        // V8 must account for the memory of hours of samples
        expect(quality.buffer instanceof SharedArrayBuffer).toBe(quality === batch.quality);
      }),
      { seed: 11, numRuns: 300 },
    );
  });
});
