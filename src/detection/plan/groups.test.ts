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

test('a large site has a group of its flows and levels across the areas, which connects a tank to the flows of the next area', () => {
  const units = ['L/s', 'm', 'bar', 'm', '%'];
  const words = ['Flow', 'Tank level', 'Pressure', 'Head', 'Pump speed'];
  const tags = many(100, (i) => ({ area: i < 50 ? 'a' : 'b', unit: units[i] ?? '', description: words[i] ?? '' }));
  expect(defaultGroups(tags, 10_000).map(({ name }) => name)).toEqual(['a', 'b']);
  const across = new TagTable(tags.tags.with(99, tag('OUT', { area: 'b', unit: 'L/s' })));
  expect(defaultGroups(across, 10_000).at(-1)).toEqual({
    name: 'flows',
    tags: [0, 1, 4, 99],
    periodMs: 10_000,
    acrossAreas: true,
  });
});

test('a very large site connects neighbouring areas', () => {
  const tags = many(400, (i) => ({
    area: `area ${Math.floor(i / 20)}`,
    unit: i % 4 === 0 ? 'm' : 'L/s',
    description: i % 4 === 0 ? 'Tank level' : 'Flow',
  }));
  const across = defaultGroups(tags, 10_000).filter(({ acrossAreas }) => acrossAreas);
  expect(across.length).toBeGreaterThan(5);
  const areasOf = (list: readonly number[]) => [...new Set(list.map((index) => tags.at(index).area))];
  across.forEach((group, i) => {
    expect(group.tags.length).toBeLessThanOrEqual(60);
    const before = across[i - 1];
    if (before !== undefined) expect(areasOf(before.tags)).toContain(areasOf(group.tags)[0]);
  });
  expect(new Set(across.flatMap(({ tags: list }) => list)).size).toBe(400);
});
