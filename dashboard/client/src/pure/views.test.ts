import { describe, expect, it } from 'vitest';
import { nearest } from '../mimics/spatial.ts';
import { keyName } from '../ui/keys.ts';
import { toCsv } from '../ui/save.ts';
import { addressText } from './address.ts';
import { loadByTenMinutes } from './alerts/alarm-load.ts';
import { chosenView, edges, pan, stepCursor, zoom, type View } from './trend/time-window.ts';
import { stateRange, trendRange } from './trend/trend-range.ts';

const now = 10_000_000;
const live: View = { spanMs: 1_800_000, end: undefined };

describe('the window of a trend', () => {
  it('leaves two minutes free at the live edge of half an hour', () => {
    expect(edges(live, now)).toEqual({ from: now - 1_800_000, to: now + 120_000 });
  });

  it('stays fixed when it is moved into the past, and follows again at the live end', () => {
    const back = pan(live, -1, now);
    expect(back.end).toBe(now - 450_000);
    expect(pan(back, 1, now).end).toBeUndefined();
  });

  it('zooms within the available spans', () => {
    expect(zoom(live, -1).spanMs).toBe(600_000);
    expect(zoom(zoom(live, -1), -1).spanMs).toBe(600_000);
    expect(zoom({ ...live, spanMs: 604_800_000 }, 1).spanMs).toBe(604_800_000);
    expect(zoom({ ...live, spanMs: 5_000_000 }, 1).spanMs).toBe(28_800_000);
    expect(zoom({ ...live, spanMs: 5_000_000 }, -1).spanMs).toBe(1_800_000);
  });

  it('is chosen by begin and end, or follows the live end', () => {
    expect(chosenView(1_000, 5_000, now)).toEqual({ spanMs: 4_000, end: 5_000 });
    expect(chosenView(1_000, undefined, now)).toEqual({ spanMs: now - 1_000, end: undefined });
    expect(chosenView(1_000, now + 9_000, now)).toEqual({ spanMs: now - 1_000, end: undefined });
    expect(chosenView(Number.NaN, 5_000, now)).toBe('no-begin');
    expect(chosenView(5_000, 5_000, now)).toBe('reversed');
    expect(chosenView(now + 1, undefined, now)).toBe('reversed');
    expect(chosenView(now - 400 * 86_400_000, undefined, now)).toBe('too-long');
  });

  it('keeps the cursor between its edge and now', () => {
    expect(stepCursor(undefined, -1, live, now)).toBe(now - 15_000);
    expect(stepCursor(now, 1, live, now)).toBe(now);
    expect(stepCursor(now - 1_800_000, -1, live, now)).toBe(now - 1_800_000);
  });
});

describe('the scale of a trend', () => {
  it('contains data, band and near limits', () => {
    const [low, high] = trendRange({ data: { low: 3, high: 3.4 }, band: { low: 2.9, high: 3.5 }, limits: [3.8, 99], least: 0.1 });
    expect(low).toBeLessThan(2.9);
    expect(high).toBeGreaterThan(3.8);
    expect(high).toBeLessThan(10);
  });

  it('does not magnify noise of the last digit, and works without data', () => {
    const [low, high] = trendRange({ data: { low: 2, high: 2 }, limits: [], least: 0.12 });
    expect(high - low).toBeGreaterThanOrEqual(0.12);
    expect(trendRange({ data: { low: Number.NaN, high: Number.NaN }, limits: [], least: 1 })).toEqual([0, 1]);
  });

  it('contains all states of a discrete tag, and a value without a state', () => {
    const [low, high] = stateRange({ 0: 'stopped', 1: 'running' }, 1, 1);
    expect([low, high]).toEqual([-0.15, 1.15]);
    expect(stateRange({ 0: 'stopped', 1: 'running' }, 0, 7)[1]).toBeGreaterThan(7);
    expect(stateRange({}, null, null)).toEqual([0, 1]);
  });
});

describe('small helpers', () => {
  it('move between objects by their positions', () => {
    const spots = [
      { x: 0, y: 0 },
      { x: 100, y: 5 },
      { x: 90, y: 80 },
      { x: 0, y: 60 },
    ];
    expect(nearest({ x: 0, y: 0 }, spots, 'ArrowRight')).toBe(1);
    expect(nearest({ x: 0, y: 0 }, spots, 'ArrowDown')).toBe(3);
    expect(nearest({ x: 0, y: 0 }, spots, 'ArrowUp')).toBe(-1);
  });

  it('name keys equally on every keyboard', () => {
    expect(keyName({ key: 'A', shiftKey: true })).toBe('Shift+a');
    expect(keyName({ key: 'A', shiftKey: false })).toBe('a');
    expect(keyName({ key: '?', shiftKey: true })).toBe('?');
    expect(keyName({ key: 'ArrowLeft', shiftKey: true })).toBe('Shift+ArrowLeft');
  });

  it('count alarms by ten minutes, oldest first', () => {
    const load = loadByTenMinutes(
      [
        { raisedAt: now - 1, priority: 1 },
        { raisedAt: now - 700_000, priority: 3 },
        { raisedAt: now - 1, priority: 'A' },
        { raisedAt: now - 99_000_000, priority: 1 },
      ],
      now,
      3,
    );
    expect(load).toEqual({ counts: [0, 1, 1], anomalies: 1 });
  });

  it('write CSV that a spreadsheet does not execute', () => {
    expect(
      toCsv([
        ['a', 'b,c', 'say "x"'],
        ['=1+1', '-2', '+x'],
      ]),
    ).toBe('a,"b,c","say ""x"""\r\n\'=1+1,-2,\'+x\r\n');
  });

  it('write addresses in one line', () => {
    expect(addressText({ table: 'input', address: 110, type: 'float32', scale: 1 })).toBe('input 110 float32');
    expect(addressText('ns=1;s=x')).toBe('ns=1;s=x');
  });
});
