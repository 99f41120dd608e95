import { expect, test } from 'vitest';
import { type Tag, TagTable } from '../../core/tag.ts';
import { defaultGroups } from './groups.ts';

const tag = (name: string, more: Partial<Tag> = {}): Tag => ({
  name,
  description: '',
  short: name,
  area: 'a',
  equipment: 'e',
  device: 'd',
  kind: 'analog',
  role: 'measurement',
  unit: '',
  decimals: 1,
  scanMs: 1_000,
  address: undefined,
  ...more,
});

const many = (count: number, more: (i: number) => Partial<Tag>): TagTable =>
  new TagTable(Array.from({ length: count }, (_, i) => tag(`T${i}`, more(i))));

test('a small site has one group of measurements and states', () => {
  const tags = new TagTable([
    tag('level'),
    tag('pump', { kind: 'discrete', role: 'status' }),
    tag('target', { role: 'setpoint' }),
    tag('hours', { kind: 'counter' }),
    tag('note', { kind: 'text' }),
  ]);
  expect(defaultGroups(tags, 10_000)).toEqual([{ name: 'site', tags: [0, 1], periodMs: 10_000 }]);
});

test('a large site has a group per area, at the period of its slowest tag', () => {
  const tags = many(90, (i) => ({ area: i < 50 ? 'a' : 'b', scanMs: i === 70 ? 60_000 : 1_000 }));
  const groups = defaultGroups(tags, 10_000);
  expect(groups.map(({ name, tags: list, periodMs }) => [name, list.length, periodMs])).toEqual([
    ['a', 50, 10_000],
    ['b', 40, 60_000],
  ]);
});

test('an area that is too large is divided by equipment, without loss', () => {
  const tags = many(150, (i) => ({ equipment: `e${i % 3}` }));
  const groups = defaultGroups(tags, 1_000);
  expect(groups.map(({ name }) => name)).toEqual(['a-1', 'a-2', 'a-3']);
  expect(groups.flatMap(({ tags: list }) => list).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 150 }, (_, i) => i));
  for (const { tags: list } of groups) expect(new Set(list.map((index) => tags.at(index).equipment)).size).toBe(1);
});

test('a single tag forms no group', () => {
  expect(defaultGroups(new TagTable([tag('level')]), 1_000)).toEqual([]);
});
