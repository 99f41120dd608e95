import { type Tag, TagTable } from '../../src/core/tag.ts';

/** A tag for tests; properties that are not given do not matter. */
export const testTag = (name: string, address: unknown, rest: Partial<Tag> = {}): Tag => ({
  name,
  description: name,
  short: name.slice(0, 9),
  area: 'tiny',
  equipment: 'TANK',
  device: 'plc1',
  kind: 'analog',
  role: 'measurement',
  unit: '',
  decimals: 2,
  scanMs: 20,
  address,
  ...rest,
});

export const testTags = (tags: readonly Tag[]): TagTable => new TagTable(tags);
