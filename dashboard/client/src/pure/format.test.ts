import { describe, expect, it } from 'vitest';
import {
  formatAge,
  formatCount,
  formatDuration,
  formatFigure,
  formatNumber,
  formatPercent,
  formatSigned,
  widestValue,
} from './format.ts';
import { zoneFormat } from './zone.ts';

describe('figures', () => {
  it('have a true minus, fixed decimals and thin spaces from five digits on', () => {
    expect(formatNumber(-3.456, 2)).toBe('\u22123.46');
    expect(formatNumber(1432)).toBe('1432');
    expect(formatNumber(1234567.5, 1)).toBe('1\u2009234\u2009567.5');
    expect(formatNumber(-12345, 0)).toBe('\u221212\u2009345');
  });

  it('never show a minus sign for zero, nor a false zero', () => {
    expect(formatNumber(-0.001, 2)).toBe('0.00');
    expect(formatNumber(Number.NaN, 2)).toBe('––');
    expect(formatNumber(Number.POSITIVE_INFINITY)).toBe('––');
  });

  it('have a sign in a difference', () => {
    expect(formatSigned(0.2, 2)).toBe('+0.20');
    expect(formatSigned(-62)).toBe('\u221262');
    expect(formatSigned(Number.NaN)).toBe('––');
  });

  it('have three significant digits unless the tag has more, and whole numbers all of theirs', () => {
    expect([0, 999, 12_345, 1.256, 0.001_234, 41.14, 12.04, -0.5, 1234.5].map(formatFigure)).toEqual([
      '0',
      '999',
      '12\u2009345',
      '1.26',
      '0.00123',
      '41.1',
      '12',
      '\u22120.5',
      '1235',
    ]);
    expect(formatFigure(Number.NaN)).toBe('––');
    expect(formatPercent(0.1254)).toBe('12.5 %');
  });

  it('are as wide as the ends of a range, or the longest word that is drawn large', () => {
    expect(widestValue({ states: undefined, range: { low: -60_000, high: 500 }, decimals: 0 })).toBe('\u221260\u2009000'.length);
    expect(widestValue({ states: undefined, range: { low: 45, high: 55 }, decimals: 3 })).toBe('45.000'.length);
    expect(widestValue({ states: { 0: 'none', 1: 'to the diesel' }, range: undefined, decimals: 0 })).toBe('none'.length);
    expect(widestValue({ states: undefined, range: undefined, decimals: 2 })).toBe(1);
  });

  it('agree with their noun', () => {
    expect([0, 1, 12_000].map((count) => formatCount(count, 'alert'))).toEqual(['0 alerts', '1 alert', '12\u2009000 alerts']);
  });
});

describe('durations', () => {
  it('show fractions unless they are counted', () => expect(formatDuration(1_400)).toBe('1.4 s'));

  it('have at most two units, none of them zero', () => {
    expect([-5, 0, 3_900, 38_900, 240_000, 251_000, 7_800_000, 187_200_000, 604_800_000].map((ms) => formatAge(ms))).toEqual([
      '0 s',
      '0 s',
      '3 s',
      '38 s',
      '4 min',
      '4 min 11 s',
      '2 h 10 min',
      '2 d 4 h',
      '7 d',
    ]);
    expect(formatAge(7_800_000, 1)).toBe('2 h');
    expect([formatAge(Number.NaN), formatDuration(Number.NaN)]).toEqual(['––', '––']);
  });
});

describe('times of day', () => {
  const noon = Date.UTC(2026, 10, 24, 13, 12, 30);

  it('are those of the site, with its offset', () => {
    const berlin = zoneFormat('Europe/Berlin');
    expect(berlin.time(noon)).toBe('14:12:30');
    expect(berlin.offset(noon)).toBe('UTC+1');
    expect(berlin.offset(Date.UTC(2026, 6, 1))).toBe('UTC+2');
    expect(zoneFormat('UTC').time(noon)).toBe('13:12:30');
  });

  it('include the day if it is not today', () => {
    const utc = zoneFormat('UTC');
    expect(utc.moment(noon, noon + 1000)).toBe('13:12:30');
    expect(utc.moment(noon, noon + 86_400_000)).toBe('24 Nov 13:12');
    expect(utc.time(Number.NaN)).toBe('––');
  });
});
