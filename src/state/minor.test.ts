import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import type { MinorFinding } from '../core/minor.ts';
import { migrations } from './migrations.ts';
import { minorStore } from './minor.ts';

const findingOf = (number: number, more: Partial<MinorFinding> = {}): MinorFinding => ({
  id: `range/LT${number}/2026-01-05T06:30:00.000Z`,
  detector: 'range',
  channel: `LT${number}`,
  area: 'clearwell',
  equipment: `CW${number % 3}`,
  tags: [`CW.LT${number}`],
  since: number,
  updatedAt: number,
  score: 0.7,
  peak: 0.8,
  title: 'Level is high',
  sentence: 'Level is above most of its learned range. '.repeat(4),
  ...more,
});
const ended = (number: number, endedAt: number, more: Partial<MinorFinding> = {}): MinorFinding =>
  findingOf(number, { endedAt, end: 'normal', ...more });

function openStore() {
  const database = new DatabaseSync(':memory:');
  for (const step of migrations) database.exec(step);
  return { database, store: minorStore(database) };
}

it('returns ended ones of a span and of equipments, last ended first, and open ones apart', () => {
  const { store } = openStore();
  store.save(findingOf(1));
  store.save(findingOf(2));
  store.save(ended(2, 50, { score: Number.NaN }));
  for (const number of [3, 4, 5]) store.save(ended(number, 10 * number));
  expect(store.open().map(({ channel }) => channel)).toEqual(['LT1']);
  const channels = (query: Parameters<typeof store.ended>[0]): string[] => store.ended(query).map(({ channel }) => channel);
  expect(channels({ from: 0, limit: 9 })).toEqual(['LT2', 'LT5', 'LT4', 'LT3']);
  expect(channels({ from: 30, to: 5, limit: 9 })).toEqual(['LT2', 'LT4']);
  expect(channels({ from: 0, equipment: ['CW0', 'CW2'], limit: 2 })).toEqual(['LT2', 'LT5']);
  expect(store.ended({ from: 45, limit: 1 })).toEqual([ended(2, 50, { score: Number.NaN })]);
});

it('keeps ended ones for a time and within a size, and open ones always', () => {
  const { database, store } = openStore();
  const sizeOf = (): number => {
    database.exec('VACUUM');
    const read = (pragma: string): number => Number(database.prepare(`PRAGMA ${pragma}`).get()?.[pragma]);
    return read('page_count') * read('page_size');
  };
  const empty = sizeOf();
  const bytes = 2_000_000;
  store.save(findingOf(0));
  database.exec('BEGIN');
  for (let number = 1; number <= 6_000; number++)
    store.save(ended(number, number, { sentence: number % 2 === 0 ? '水位は通常より高い。'.repeat(20) : 'Level.' }));
  database.exec('COMMIT');
  store.trim({ before: 1_000, bytes: Infinity });
  expect(store.ended({ from: 0, limit: 9_999 }).at(-1)?.endedAt).toBe(1_000);
  store.trim({ before: 1_000, bytes });
  const left = store.ended({ from: 0, limit: 9_999 });
  expect(left[0]?.endedAt).toBe(6_000);
  expect(sizeOf() - empty).toBeLessThanOrEqual(bytes);
  expect(sizeOf() - empty).toBeGreaterThan(bytes / 2);
  expect(store.open()).toHaveLength(1);
});
