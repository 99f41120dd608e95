import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { KeptResults, type Played } from './kept.ts';

const folder = mkdtempSync(join(tmpdir(), 'everyday-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const played = (days: number, what: string): Played => ({ days, what, from: 0, onset: 1, alerts: [] });

it('continues an interrupted run, and forgets results of other code', () => {
  const first = new KeptResults(folder, 'aaa', '10s');
  first.keep(played(1, 'rain'));
  first.keep(played(3, 'rain'));
  appendFileSync(join(folder, 'aaa-10s', 'cases.jsonl'), '{"days":1,"what":"jar');
  const second = new KeptResults(folder, 'aaa', '10s');
  expect([second.played(1, 'rain'), second.played(10, 'rain'), second.played(1, 'jar')]).toEqual([
    played(1, 'rain'),
    undefined,
    undefined,
  ]);
  second.keep(played(1, 'jar'));
  const third = new KeptResults(folder, 'aaa', '10s');
  expect([third.played(3, 'rain'), third.played(1, 'jar')]).toEqual([played(3, 'rain'), played(1, 'jar')]);
  const other = new KeptResults(folder, 'bbb', '10s');
  expect([other.played(1, 'rain'), readdirSync(folder)]).toEqual([undefined, ['bbb-10s']]);
});
