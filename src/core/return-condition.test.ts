import { describe, expect, it } from 'vitest';
import { tagOf } from '../../test/support/detectors.ts';
import { parseReturn, returnClause, returnSentence, returnText } from './return-condition.ts';

const tags = new Map([
  ['PS.FT01', tagOf('PS.FT01', { unit: 'L/s', decimals: 1 })],
  ['P1.RUN', tagOf('P1.RUN', { kind: 'discrete', unit: '', states: { 0: 'stopped', 1: 'running' } })],
]);
const clause = (text: string, delayMs = 0): string =>
  returnClause({ all: parseReturn(text) ?? [], delayMs }, (name) => tags.get(name));

describe('a return condition', () => {
  it.each([
    ['PS.FT01 above 40 L/s', 'PS.FT01 above 40 L/s'],
    ['  PS.FT01   below  -1.50L/s ', 'PS.FT01 below -1.5 L/s'],
    ['X.PH above 7', 'X.PH above 7'],
    ['T.LT above 40%', 'T.LT above 40 %'],
    ['P1.RUN is 1 or 2 and T.LT above 4 m H2O', 'P1.RUN is 1 or 2 and T.LT above 4 m H2O'],
  ])('%s is read and written', (text, written) => {
    const all = parseReturn(text);
    expect(all && returnText(all)).toBe(written);
    expect(parseReturn(written)).toEqual(all);
  });

  it.each([
    '',
    'PS.FT01',
    'PS.FT01 over 40',
    'PS.FT01 above L/s',
    'P1.RUN is running',
    'A is 1 and',
    'A is 1 and A is 2 and A is 3 and A is 4 and A is 5',
  ])('"%s" is none', (text) => {
    expect(parseReturn(text)).toBeUndefined();
  });

  it('is a part of a sentence, with the names of states', () => {
    expect(clause('PS.FT01 above 40 L/s', 60_000)).toBe('PS.FT01 is above 40 L/s for 1 min');
    expect(clause('P1.RUN is 0 or 1')).toBe('P1.RUN is stopped or running');
    expect(clause('OLD.RUN is 1')).toBe('OLD.RUN is 1');
  });

  it('has a sentence that states why the alarm stays', () => {
    const wait = { at: 0, tag: 'PS.FT01', until: clause('PS.FT01 above 40 L/s') };
    const stays = 'Stays in alarm until PS.FT01 is above 40 L/s';
    expect(returnSentence({ ...wait, reason: 'unmet' })).toBe(stays);
    expect(returnSentence({ ...wait, reason: 'unmet' }, '0 L/s')).toBe(`${stays}; now 0 L/s`);
    expect(returnSentence({ ...wait, until: 'A is 1 and PS.FT01 is above 40 L/s', reason: 'unmet' }, '0 L/s')).toMatch(
      '; PS.FT01 now 0 L/s',
    );
    expect(returnSentence({ ...wait, reason: 'no-value' }, '0 L/s')).toBe(`${stays}; PS.FT01 has no value yet`);
    expect(returnSentence({ ...wait, reason: 'bad-quality' }, '(0) L/s BAD')).toBe(
      `${stays}; the quality of PS.FT01 is not good, now (0) L/s BAD`,
    );
    expect(returnSentence({ ...wait, reason: 'unknown-tag' })).toMatch('the plant has no tag PS.FT01, change the alarm record');
  });
});
