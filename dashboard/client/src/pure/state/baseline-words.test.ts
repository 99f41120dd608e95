import { expect, it } from 'vitest';
import { beginText, decidedText, figuresText, followedText, learnedFigures, lineName, readFigures } from './baseline-words.ts';

const line = {
  detector: 'range',
  channel: 'LT1',
  name: '',
  tags: ['LT1'],
  unit: 'm',
  figures: { low: -1.23456, high: 3, next: 'off' },
  editable: ['low', 'high'],
};
const moment = (time: number): string => `at ${time}`;

it('names an entry and rounds its figures', () => {
  expect(lineName(line)).toBe('range');
  expect(lineName({ detector: 'discrete', name: '1 running' })).toBe('discrete 1 running');
  expect(figuresText(line)).toBe('low −1.23 m, high 3 m, next off');
  expect(figuresText({ figures: { most: -0 }, unit: '' })).toBe('most 0');
});

it('lists the decisions with role, time and reason', () => {
  expect(decidedText(line, moment)).toBe('Learned, not reviewed');
  expect(decidedText({ ...line, approved: { by: 'engineer', at: 5 } }, moment)).toBe('Approved by engineer, at 5');
  const edited = { by: 'admin', at: 6, reason: 'rebuilt', was: { low: 1 } };
  expect(decidedText({ ...line, edited, unlearned: { by: 'engineer', at: 7, reason: '' } }, moment)).toBe(
    'Unlearned by engineer, at 7; edited (low was 1) by admin, at 6: rebuilt',
  );
});

it('states a raised threshold with the alert that was learned as normal', () => {
  const raised = { by: 'engineer', at: 8, reason: 'flushing', alert: 'ALT-7', was: 1.3, to: 2.6 };
  expect(decidedText({ ...line, raised }, moment)).toBe(
    'Threshold raised 1.3 → 2.6 (ALT-7 is normal) by engineer, at 8: flushing',
  );
});

it('shows the threshold and by how much slow change has raised it', () => {
  expect(beginText(line)).toBe('––');
  expect(beginText({ ...line, threshold: 1.2 })).toBe('1.2');
  const followed = { since: 5, by: 0.081 };
  expect(beginText({ ...line, threshold: 1.2, followed })).toBe('1.2 +8.1 %');
  expect(followedText({ ...line, followed }, moment)).toBe('Raised by slow change since at 5');
  expect(beginText({ ...line, threshold: 1.2, unlearned: { by: 'engineer', at: 5 } })).toBe('––');
});

it('reads the figures of an edit that differ, with all typed digits', () => {
  const typed =
    (low: string, high = '3') =>
    (word: string) =>
      word === 'low' ? low : high;
  expect(readFigures(line, typed(' −2.5 '))).toEqual({ figures: { low: -2.5 } });
  expect(readFigures(line, typed('-1.23456', '4e1'))).toEqual({ figures: { high: 40 } });
  expect(readFigures(line, typed('-1.23456')).problem).toBe('No figure has been changed.');
  for (const nonsense of ['', '1,5', 'low', 'Infinity', '1 2'])
    expect(readFigures(line, typed(nonsense)).problem).toMatch(/^low: /);
  const edited = { by: 'admin', at: 6, was: { high: 2.5 } };
  expect(learnedFigures({ ...line, edited })).toEqual([
    { word: 'low', value: -1.23456, learned: '−1.23' },
    { word: 'high', value: 3, learned: '2.5' },
  ]);
});
