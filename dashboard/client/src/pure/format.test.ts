import { describe, expect, it } from 'vitest';
import { formatCountdown, formatCounter, formatNumber, formatShort, formatSigned, formatSpan } from './format.ts';
import { zoneFormat } from './zone.ts';

describe('figures', () => {
  it('have a true minus, fixed decimals and thin spaces from five digits on', () => {
    expect(formatNumber(-3.456, 2)).toBe('\u22123.46');
    expect(formatNumber(1432)).toBe('1432');
    expect(formatNumber(1234567.5, 1)).toBe('1\u2009234\u2009567.5');
    expect(formatNumber(-12345, 0)).toBe('\u221212\u2009345');
  });

  it('never show a minus in front of zero, nor an invented zero', () => {
    expect(formatNumber(-0.001, 2)).toBe('0.00');
    expect(formatNumber(Number.NaN, 2)).toBe('––');
    expect(formatNumber(Number.POSITIVE_INFINITY)).toBe('––');
  });

  it('carry their sign where a difference is meant', () => {
    expect(formatSigned(0.2, 2)).toBe('+0.20');
    expect(formatSigned(-62)).toBe('\u221262');
    expect(formatSigned(Number.NaN)).toBe('––');
  });

  it('shorten large counts', () => {
    expect(formatShort(999)).toBe('999');
    expect(formatShort(12_345)).toBe('12.3 k');
    expect(formatShort(2_500_000)).toBe('2.5 M');
    expect(formatShort(1.25)).toBe('1.3');
  });
});

describe('spans', () => {
  it('name the units that matter', () => {
    expect([0, 38_900, 240_000, 5_100_000, 187_200_000].map(formatSpan)).toEqual(['0 s', '38 s', '4 min', '1 h 25', '2 d 4 h']);
  });

  it('count up and down', () => {
    expect(formatCounter(47_900)).toBe('00:00:47');
    expect(formatCounter(3_723_000)).toBe('01:02:03');
    expect(formatCountdown(251_001)).toBe('4:12');
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

  it('name the day where it is another one', () => {
    const utc = zoneFormat('UTC');
    expect(utc.moment(noon, noon + 1000)).toBe('13:12:30');
    expect(utc.moment(noon, noon + 86_400_000)).toBe('24 Nov 13:12');
    expect(utc.time(Number.NaN)).toBe('––');
  });
});
