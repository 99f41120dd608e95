import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { KeptOutcomes } from './kept.ts';
import type { Outcome } from './outcome.ts';

it('outcomes survive an interruption in the middle of a line, and not a change of the code', () => {
  const folder = mkdtempSync(join(tmpdir(), 'scadawatch-incidents-'));
  const outcome = (id: string): Outcome => ({ id, speed: 10, seed: 1, incidents: [], delays: [60] });
  new KeptOutcomes('a', folder).keep(outcome('first'));
  appendFileSync(join(folder, 'a.jsonl'), '{"id":"cut');
  new KeptOutcomes('a', folder).keep(outcome('second'));
  const again = new KeptOutcomes('a', folder);
  expect([again.size, again.of(outcome('first')), again.of(outcome('second'))]).toEqual([2, outcome('first'), outcome('second')]);
  expect(again.of({ ...outcome('first'), seed: 2 })).toBeUndefined();
  expect(new KeptOutcomes('b', folder).size).toBe(0);
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});
