import { expect, it } from 'vitest';
import { testTag } from '../../../test/support/tags.ts';
import { compactTags } from './compact.ts';

it('keeps all properties of a tag except its address', () => {
  const tags = [
    testTag('A', { table: 'holding', register: 0 }, { range: { low: 0, high: 9 }, limits: { high: 8 }, states: { 0: 'off' } }),
    testTag(
      'B',
      { table: 'coil', register: 1 },
      { equipment: 'P1', modes: { tag: 'C', of: { 1: 'running' }, settleMs: 60_000 }, restsAt: [0] },
    ),
  ];
  expect(compactTags(structuredClone(tags))).toEqual(tags.map((tag) => ({ ...tag, address: undefined })));
});
