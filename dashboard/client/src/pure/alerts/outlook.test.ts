import { expect, it } from 'vitest';
import { sampleAlert } from '../../testing/sample-alert.ts';
import { presentOutlooks } from './incidents.ts';
import { sequenceOf } from './sequence.ts';

const outlook = [
  { at: 1_000, tag: 'T1.LT', expectedAt: 60_000, text: 'Tank 1 below 2.5 m' },
  { at: 2_000, tag: 'T2.LT', expectedAt: 5_000, text: 'Tank 2 below 2.5 m' },
  { at: 3_000, tag: 'T1.LT', expectedAt: 90_000, text: 'Tank 1 below 2.5 m, later' },
  { at: 4_000, tag: 'T3.LT', expectedAt: 90_000, text: 'Tank 3 below 2.5 m' },
  { at: 5_000, tag: 'T3.LT', text: 'Tank 3 has no clear trend' },
];

it('the last outlook of each tag is shown until its time has passed; the sequence of events keeps all', () => {
  const alert = sampleAlert('a', { outlook });
  expect(presentOutlooks([alert], 10_000).map(({ text }) => text)).toEqual(['Tank 1 below 2.5 m, later']);
  expect(presentOutlooks([{ ...alert, state: 'D', returnedAt: 9_000 }], 10_000)).toEqual([]);
  const lines = sequenceOf([alert], []).filter(({ kind }) => kind === 'outlook');
  expect(lines.map(({ time, text }) => [time, text])).toEqual(outlook.map(({ at, text }) => [at, text]));
});
