import { describe, expect, it } from 'vitest';
import { periodOf, zoneText } from './calendar.ts';

const hours = (period: 'day' | 'week' | 'month', date: string, timeZone: string): number => {
  const { from, to } = periodOf(period, date, timeZone);
  return (to - from) / 3_600_000;
};

describe('periodOf', () => {
  it('follows clock changes: days of 23, 24 and 25 h', () => {
    expect(periodOf('day', '2026-11-28', 'Asia/Tokyo')).toEqual({
      from: Date.parse('2026-11-27T15:00Z'),
      to: Date.parse('2026-11-28T15:00Z'),
    });
    expect(hours('day', '2026-03-29', 'Europe/Berlin')).toBe(23);
    expect(hours('day', '2026-10-25', 'Europe/Berlin')).toBe(25);
    expect(hours('day', '2026-10-24', 'Europe/Berlin')).toBe(24);
    expect(hours('week', '2026-10-25', 'Europe/Berlin')).toBe(169);
    expect(hours('month', '2026-03-01', 'America/Chicago')).toBe(743);
    // a change of half an hour
    expect(hours('day', '2026-04-05', 'Australia/Lord_Howe')).toBe(24.5);
  });

  it('begins a day after a skipped midnight', () => {
    const { from, to } = periodOf('day', '2026-04-24', 'Africa/Cairo');
    expect(zoneText('Africa/Cairo').moment(from)).toBe('2026-04-24 01:00:00');
    expect(to - from).toBe(23 * 3_600_000);
  });

  it('begins weeks on Monday and joins periods without gaps', () => {
    expect(periodOf('week', '2026-11-29', 'UTC').from).toBe(Date.parse('2026-11-23T00:00Z'));
    expect(periodOf('week', '2026-11-23', 'UTC').from).toBe(Date.parse('2026-11-23T00:00Z'));
    for (const zone of ['Europe/Berlin', 'Pacific/Kiritimati']) {
      for (let day = Date.UTC(2026, 0, 1); day < Date.UTC(2027, 0, 1); day += 86_400_000) {
        const [one, next] = [day, day + 86_400_000].map((time) => new Date(time).toISOString().slice(0, 10));
        expect(periodOf('day', one ?? '', zone).to).toBe(periodOf('day', next ?? '', zone).from);
      }
    }
    expect(periodOf('month', '2026-12-31', 'UTC').to).toBe(Date.UTC(2027, 0, 1));
    expect(periodOf('month', '2024-02-29', 'UTC').to).toBe(Date.UTC(2024, 2, 1));
  });

  it('refuses a text that is not a date', () => {
    for (const text of ['2026-02-30', '2026-13-01', '28.11.2026', '', '2026-11-28T00:00', '-000001-01-01'])
      expect(() => periodOf('day', text, 'UTC')).toThrow('is not a date');
  });
});
