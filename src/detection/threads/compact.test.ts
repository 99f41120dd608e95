import { expect, it } from 'vitest';
import { testTag } from '../../../test/support/tags.ts';
import { compactTags } from './compact.ts';

it('keeps all properties of a tag except its addresses', () => {
  const tags = [
    testTag('A', { table: 'holding', register: 0 }, { range: { low: 0, high: 9 }, limits: { high: 8 }, states: { 0: 'off' } }),
    testTag(
      'B',
      { table: 'coil', register: 1 },
      { equipment: 'P1', modes: { tag: 'C', of: { 1: 'running' }, settleMs: 60_000 }, restsAt: [0] },
    ),
    // a detector needs to know which devices send a value
    testTag('S', { node: 'S' }, { device: 'ua1', aliases: [{ device: 'plc1', address: { register: 1 } }], sameAs: ['A'] }),
  ];
  const bare = tags.map(({ aliases, ...tag }) => ({
    ...tag,
    address: undefined,
    ...(aliases === undefined ? {} : { aliases: [{ device: 'plc1', address: undefined }] }),
  }));
  expect(compactTags(structuredClone(tags))).toEqual(bare);
});
