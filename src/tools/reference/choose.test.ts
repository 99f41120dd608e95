import { expect, it } from 'vitest';
import { tagOf } from '../../../test/support/detectors.ts';
import { TagTable } from '../../core/tag.ts';
import { type Choice, chosenTags, chosenValues, parseSpan } from './choose.ts';

const tags = new TagTable([
  tagOf('CG.TRIM', { role: 'parameter' }),
  tagOf('CL.SP', { role: 'setpoint' }),
  tagOf('CL.EN', { role: 'parameter', kind: 'discrete' }),
  tagOf('CL.RECIPE', { role: 'parameter', kind: 'text' }),
  tagOf('LT01'),
]);
const choice = (more: Partial<Choice> = {}): Choice => ({ add: [], exclude: [], spans: [], ...more });
const former = [{ tag: 'CL.SP', value: 1, low: 0.8, high: 1.2 }];

it('has all set-points and parameters at first, then those of the former set, with additions and exceptions', () => {
  expect(chosenTags(tags, undefined, choice())).toEqual(['CG.TRIM', 'CL.SP', 'CL.EN']);
  expect(chosenTags(tags, undefined, choice({ exclude: ['CL.*'] }))).toEqual(['CG.TRIM']);
  expect(chosenTags(tags, former, choice())).toEqual(['CL.SP']);
  expect(chosenTags(tags, former, choice({ add: ['*.EN'], exclude: ['CL.SP'] }))).toEqual(['CL.EN']);
  for (const list of [{ add: ['LT01'] }, { exclude: ['XX.*'] }])
    expect(() => chosenTags(tags, former, choice(list))).toThrow(/fits no set-point or parameter/);
});

it('keeps spans of the former set unless another one is stated, and names tags without a value', () => {
  const values = new Map([['CL.SP', 1.1]]);
  expect(chosenValues(['CL.SP'], former, values, choice())).toEqual([{ tag: 'CL.SP', value: 1.1, low: 0.8, high: 1.2 }]);
  const spans = [{ tag: 'CL.SP', low: 1, high: 2 }];
  expect(chosenValues(['CL.SP'], former, values, choice({ spans }))).toEqual([{ tag: 'CL.SP', value: 1.1, low: 1, high: 2 }]);
  expect(() => chosenValues(['CL.SP', 'CL.EN'], former, values, choice())).toThrow('the last day has no good value of CL.EN');
  expect(() => chosenValues([], former, values, choice({ spans }))).toThrow('--span CL.SP: this tag is not in the reference set');
});

it('reads spans, also of negative numbers', () => {
  expect(parseSpan('CG.TRIM=-0.5..1')).toEqual({ tag: 'CG.TRIM', low: -0.5, high: 1 });
  for (const wrong of ['CG.TRIM', 'CG.TRIM=1', '=1..2', 'CG.TRIM=a..b']) expect(parseSpan(wrong)).toBeUndefined();
});
