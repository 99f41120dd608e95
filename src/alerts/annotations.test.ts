import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { annotationLimits } from '../core/annotation.ts';
import { VirtualClock } from '../core/clock.ts';
import { annotationStore } from '../state/annotations.ts';
import { migrations } from '../state/migrations.ts';
import { openState } from '../state/state.ts';
import { Annotations } from './annotations.ts';

const start = Date.UTC(2026, 10, 28, 14);
const kim = { role: 'operator', user: 'kim', session: 's-1' };
const lee = { role: 'engineer', user: 'lee', session: 's-2' };

describe('annotations', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'scadawatch-annotations-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('are kept with author and time, found by the time that they refer to, and recorded in the audit trail', async () => {
    const clock = new VirtualClock(start);
    {
      using state = openState(dir);
      const annotations = new Annotations({ store: state.annotations, keep: state.keep, clock });
      await annotations.add(start - 3_600_000, 'Sample taken', kim);
      await annotations.add(start - 7_200_000, 'Pump 2 sounds rough', lee);
    }
    using state = openState(dir);
    const annotations = new Annotations({ store: state.annotations, keep: state.keep, clock });
    const all = annotations.during(start - 86_400_000, start);
    expect(all).toMatchObject({
      total: 2,
      annotations: [
        { time: start - 7_200_000, text: 'Pump 2 sounds rough', at: start, by: lee },
        { time: start - 3_600_000, text: 'Sample taken', at: start, by: kim },
      ],
    });
    expect(annotations.during(start - 3_600_000, start).annotations.map(({ text }) => text)).toEqual(['Sample taken']);
    expect(annotations.during(start - 7_200_000, start - 3_600_000).total).toBe(1);
    await annotations.remove(all.annotations[0]?.id ?? '', kim);
    expect(annotations.during(0, start).total).toBe(1);
    expect(state.audit.read({ limit: 5 }).map(({ action, user, before, after }) => [action, user, before ?? after])).toEqual([
      ['annotation.removed', 'kim', '2026-11-28T12:00:00.000Z Pump 2 sounds rough'],
      ['annotation.added', 'lee', '2026-11-28T12:00:00.000Z Pump 2 sounds rough'],
      ['annotation.added', 'kim', '2026-11-28T13:00:00.000Z Sample taken'],
    ]);
    await expect(annotations.remove('nobody', kim)).rejects.toThrow('there is no annotation nobody');
    await expect(annotations.add(start + 3_600_000, 'later', kim)).rejects.toThrow('cannot be in the future');
  });
});

it('the store keeps the last annotations, and returns as many as one answer holds', () => {
  using database = new DatabaseSync(':memory:');
  for (const step of migrations) database.exec(step);
  const store = annotationStore(database);
  database.exec('BEGIN');
  for (let i = 0; i < annotationLimits.kept + 2; i++) store.add({ id: `A${i}`, time: start + i, text: 'x', at: start, by: kim });
  expect(store.get('A1')).toBeUndefined();
  expect(store.get('A2')).toBeDefined();
  const page = store.during(start, start + 10_000);
  expect([page.total, page.annotations.length]).toEqual([annotationLimits.kept, annotationLimits.perAnswer]);
  expect(page.annotations.at(-1)?.id).toBe(`A${annotationLimits.kept + 1}`);
});
