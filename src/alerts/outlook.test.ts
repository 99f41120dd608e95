import { describe, expect, it } from 'vitest';
import { tagOf } from '../../test/support/detectors.ts';
import { MemoryAlerts } from '../../test/support/memory-alerts.ts';
import { VirtualClock } from '../core/clock.ts';
import type { Outlook } from '../core/alert.ts';
import { Quality } from '../core/quality.ts';
import { TagTable } from '../core/tag.ts';
import { AlertManager } from './manager.ts';
import { clearSlope } from './outlook/trend.ts';

const start = Date.UTC(2026, 10, 28, 12);
const minute = 60_000;
const tags = new TagTable([
  tagOf('PS.FT', { area: 'pumping', equipment: 'PS' }),
  tagOf('T1.FT', { area: 'network', equipment: 'T1' }),
  tagOf('T1.LT', {
    area: 'network',
    equipment: 'T1',
    description: 'Tank 1 level',
    unit: 'm',
    decimals: 2,
    limits: { low: 2.5, lowLow: 2, high: 5 },
  }),
  tagOf('T9.LT', { area: 'network', equipment: 'T9', description: 'Tank 9 level', unit: 'm', limits: { low: 2.5 } }),
]);

/** Stops the station at minute 0, with these levels of both tanks by minute. @returns the outlooks with their minutes */
function outlooksOf(levelAt: (atMin: number) => number, untilMin: number): (Omit<Outlook, 'at'> & { readonly atMin: number })[] {
  const clock = new VirtualClock(start);
  const store = new MemoryAlerts();
  const latest = { value: new Float64Array(tags.size), quality: new Uint32Array(tags.size).fill(Quality.Good) };
  const manager = new AlertManager({ store, clock, epoch: 'e', tags, latest });
  manager.useInfluences([{ tags: ['PS.FT', 'T1.FT'] }, { tags: ['T1.LT', 'T1.FT'], isBalance: true }]);
  const explanation = { sentence: 's', title: 'Station stopped', contributions: [], normalIf: '', techniques: [] };
  const place = { detector: 'range', channel: 'PS.FT', area: 'pumping', equipment: 'PS', tags: ['PS.FT'] };
  const of = { since: start, beganAt: start, updatedAt: start, score: 2, peak: 2, certainty: { kind: 'stated' as const } };
  manager.take({ change: 'begin', finding: { id: 'F', ...place, ...of, explanation } });
  for (let second = 15; second <= 60 * untilMin; second += 15) {
    clock.set(start + 1_000 * second);
    latest.value.fill(levelAt(second / 60));
    manager.tick();
  }
  const [alert] = store.all();
  expect(alert?.headline?.title).toBe('Station stopped');
  return (alert?.outlook ?? []).map(({ at, ...rest }) => ({ atMin: (at - start) / minute, ...rest }));
}

describe('the outlook of an incident', () => {
  it('states when a level that follows the incident reaches its limit, of no other level', () => {
    const [first, ...rest] = outlooksOf((atMin) => 4 - atMin / 20, 25);
    expect(first?.text).toBe('Tank 1 level below 2.5 m in about 25 min, by its trend of the last 5 min');
    expect(first?.tag).toBe('T1.LT');
    expect(((first?.expectedAt ?? 0) - start) / minute).toBeCloseTo(30, 3);
    // the same trend needs no further line
    expect(rest).toEqual([]);
  });

  it('states a changed trend again, then its end', () => {
    const halved = (atMin: number): number => (atMin < 10 ? 4 - atMin / 20 : 3.5 - (atMin - 10) / 60);
    const told = outlooksOf((atMin) => (atMin < 40 ? halved(atMin) : 3 + 0.01 * (Math.round(4 * atMin) % 3)), 60);
    expect(told[0]?.text).toContain('in about 25 min');
    expect(told.slice(1, -1).every(({ expectedAt }) => expectedAt !== undefined)).toBe(true);
    expect(told.at(-1)?.expectedAt).toBeUndefined();
    expect(told.at(-1)?.text).toContain('no clear trend');
    for (const [i, one] of told.slice(1).entries()) expect(one.atMin - (told[i]?.atMin ?? 0)).toBeGreaterThanOrEqual(5);
  });

  it('is silent about noise, about a level that moves away from its limits, and about the far future', () => {
    expect(outlooksOf((atMin) => 4 + 0.1 * Math.sin(40 * atMin), 30)).toEqual([]);
    expect(outlooksOf((atMin) => 1 - atMin / 100, 30)).toEqual([]);
    expect(outlooksOf((atMin) => 4.9 - atMin / 1_000, 30)).toEqual([]);
  });
});

it('the slope of a trend is not moved by outliers, and undefined without a clear trend', () => {
  const line = Array.from({ length: 20 }, (_, i) => ({ time: 1_000 * i, value: 5 - 0.2 * i }));
  const spoiled = line.map((one, i) => (i === 4 || i === 15 ? { ...one, value: 9 } : one));
  expect(clearSlope(spoiled)).toBeCloseTo(-0.0002, 6);
  expect(clearSlope(line.map(({ time }, i) => ({ time, value: i % 2 })))).toBeUndefined();
  expect(clearSlope(line.slice(0, 1))).toBeUndefined();
});
