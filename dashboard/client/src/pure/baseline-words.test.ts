import { expect, it } from 'vitest';
import { decidedText, figuresText, lineName } from './baseline-words.ts';

const line = {
  detector: 'range',
  channel: 'LT1',
  name: '',
  tags: ['LT1'],
  unit: 'm',
  figures: { low: -1.23456, high: 3, next: 'off' },
};
const moment = (time: number): string => `at ${time}`;

it('says what a line is about, and its figures as far as they are known', () => {
  expect(lineName(line)).toBe('range');
  expect(lineName({ detector: 'discrete', name: '1 running' })).toBe('discrete 1 running');
  expect(figuresText(line)).toBe('low −1.235 m, high 3 m, next off');
  expect(figuresText({ figures: { most: -0 }, unit: '' })).toBe('most 0');
});

it('says what was decided about it, by which role, when and why', () => {
  expect(decidedText(line, moment)).toBe('Learned, not reviewed');
  expect(decidedText({ ...line, approved: { by: 'engineer', at: 5 } }, moment)).toBe('Approved by engineer, at 5');
  const edited = { by: 'admin', at: 6, reason: 'rebuilt', was: { low: 1 } };
  expect(decidedText({ ...line, edited, unlearned: { by: 'engineer', at: 7, reason: '' } }, moment)).toBe(
    'Unlearned by engineer, at 7; edited by admin, at 6: rebuilt',
  );
});
