import { expect, it } from 'vitest';
import { tagOf } from '../../../test/support/detectors.ts';
import { explainRelations } from './explain.ts';

const flow = tagOf('FT', { description: 'Outlet flow', unit: 'L/s', decimals: 1, range: { low: 0, high: 200 } });
const told = (measured: number, expected: number) =>
  explainRelations('station', [{ tag: flow, drop: 3, measured, expected }], 0.5, []);

it('expects no flow below zero, in text, in figures and in the band', () => {
  const { sentence, band, contributions, normalIf } = told(40, -0.1);
  expect(sentence).toBe('Outlet flow is 40.0 L/s. Normal for the other tags of station: 0.0 L/s.');
  expect(normalIf).toBe('Outlet flow were about 0.0 L/s, or the others moved with it');
  expect(band).toMatchObject({ low: 0, high: 1.4 });
  expect(contributions).toMatchObject([{ measured: 40, expected: 0, share: 1 }]);
});

it('names the other tags if the flow is at its lowest possible value and they imply less', () => {
  const { sentence, normalIf, contributions } = told(0, -4);
  expect(sentence).toBe('Outlet flow is 0.0 L/s. The other tags of station are not normal for this value.');
  expect(normalIf).toBe('the others were as they usually are while Outlet flow is 0.0 L/s');
  expect(contributions).toMatchObject([{ expected: 0, share: 1 }]);
});

it('names a few suspects with their values, and counts the others', () => {
  const part = (name: string) => ({
    tag: tagOf(name, { description: name, unit: 'm', decimals: 0 }),
    drop: 1,
    measured: 1,
    expected: 2,
  });
  const normalIf = (count: number) => {
    const parts = ['A', 'B', 'C', 'D', 'E', 'F'].slice(0, count).map(part);
    return explainRelations('station', parts, 1, parts).normalIf;
  };
  expect(normalIf(2)).toBe('A were about 2 m and B about 2 m: the other tags match each other');
  expect(normalIf(4)).toContain('C about 2 m and D about 2 m');
  expect(normalIf(6)).toBe(
    'A were about 2 m, B about 2 m, C about 2 m and 3 more as the others imply: the other tags match each other',
  );
});
