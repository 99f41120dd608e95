import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyDifference, differenceOf } from './difference.ts';
import { decodeJson, encodeJson } from './json.ts';

const leaf = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null));
const { object } = fc.letrec<{ object: Record<string, unknown>; value: unknown }>((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('value'), { maxLength: 4 }), tie('object')),
  object: fc.dictionary(fc.oneof(fc.constantFrom('a', 'b', 'c', '__proto__', 'length'), fc.string()), tie('value'), {
    maxKeys: 5,
  }),
}));

describe('differenceOf', () => {
  it('transforms the one into the other, also through JSON', () => {
    fc.assert(
      fc.property(object, object, (before, after) => {
        const difference = differenceOf(before, after) ?? {};
        const stored = decodeJson(encodeJson(difference)) as typeof difference;
        expect(applyDifference(before, stored)).toEqual(after);
        expect(differenceOf(after, applyDifference(before, stored))).toBeUndefined();
      }),
      { seed: 21, numRuns: 500 },
    );
  });

  it('is undefined for equal values, including NaN and absent keys', () => {
    const one = { a: [Number.NaN, { b: 1 }], c: undefined };
    expect(differenceOf(one, { a: [Number.NaN, { b: 1 }] })).toBeUndefined();
    expect(differenceOf({ a: 0 }, { a: -0 })).toEqual({ set: { a: -0 } });
  });

  it('contains only the changed parts', () => {
    const before = { state: 'B', findings: [{ id: 1, peak: 2 }, { id: 2 }], gone: 1 };
    const after = { state: 'C', findings: [{ id: 1, peak: 3 }] };
    const difference = differenceOf(before, after);
    expect(difference).toEqual({
      set: { state: 'C' },
      unset: ['gone'],
      in: { findings: { in: { 0: { set: { peak: 3 } } }, length: 1 } },
    });
    expect(applyDifference(before, difference ?? {})).toEqual(after);
    expect(before.findings).toHaveLength(2);
  });
});
