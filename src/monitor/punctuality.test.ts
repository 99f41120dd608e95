import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../core/clock.ts';
import { observeEvent } from '../core/observation.ts';
import type { LabControl } from '../core/lab.ts';
import { Metrics } from '../core/plugin.ts';
import { PunctualityMeter, tickMs } from './punctuality.ts';

/** @param startMs time from the creation of the meter to the first observation */
const started = async (startMs = 0) => {
  const clock = new VirtualClock(1_000_000);
  const state = { waitingMs: 0 };
  const meter = new PunctualityMeter({ clock, metrics: new Metrics(), waitingMs: () => state.waitingMs });
  await clock.advance(startMs);
  meter.before(observeEvent({ type: 'tick', time: clock.now() }));
  let isOpen = false;
  /** Runs one tick with this delay. @returns the state of the alarm */
  const tick = async (lateMs = 0): Promise<boolean> => {
    await clock.advance(tickMs + lateMs);
    meter.before(observeEvent({ type: 'tick', time: clock.now() }));
    return (isOpen = meter.isAlarm(isOpen));
  };
  const ticks = async (count: number): Promise<boolean[]> => {
    const alarms: boolean[] = [];
    while (alarms.length < count) alarms.push(await tick());
    return alarms;
  };
  return { meter, tick, ticks, state };
};

it('does not count the start of the monitor as a delay, but gives devices its duration', async () => {
  const { meter, tick, ticks } = await started(20_000);
  expect(meter.now).toMatchObject({ lateMs: 0, allowMs: 40_000 });
  expect(await ticks(40)).not.toContain(true);
  expect(meter.now).toMatchObject({ lateMs: 0, allowMs: 0 });
  expect((await started(0)).meter.now).toMatchObject({ lateMs: 0, allowMs: 10_000 });
  await tick(12_000);
  expect(await tick()).toBe(true);
});

/** The part of a lab that the meter reads. */
const labAt = (speed: () => number): LabControl =>
  ({ status: () => ({ pace: { plantMs: 0, wallMs: 0, speed: speed() } }), lagMs: () => 0 }) as unknown as LabControl;

it('states another speed of the lab before the next observation', async () => {
  const clock = new VirtualClock(1_000_000);
  let speed = 1;
  const meter = new PunctualityMeter({ clock, metrics: new Metrics(), waitingMs: () => 0, lab: labAt(() => speed) });
  meter.before(observeEvent({ type: 'tick', time: clock.now() }));
  const next = () => meter.before(observeEvent({ type: 'clock', device: 'plc', time: clock.now(), offsetMs: 0 }));
  await clock.advance(100);
  expect(next()).toBeUndefined();
  speed = 10;
  expect(next()).toMatchObject({ speed: 10 });
  expect(next()).toBeUndefined();
});

describe('the alarm that the monitor is late', () => {
  it.each(['before', 'after'])('is not raised for a block that is reported %s the late tick', async (order) => {
    const { meter, tick, ticks } = await started();
    if (order === 'before') meter.noteBlock();
    expect(await tick(12_000)).toBe(false);
    if (order === 'after') meter.noteBlock();
    expect(await ticks(30)).not.toContain(true);
  });

  it('is raised one tick later if no block is reported, and once per delay', async () => {
    const { meter, tick, ticks } = await started();
    expect(await tick(12_000)).toBe(false);
    expect(await tick()).toBe(true);
    expect(meter.words()).toEqual({ title: 'Monitor late by 12 s', detail: 'Cause: the event loop is blocked.' });
    expect((await ticks(30)).at(-1)).toBe(false);
    meter.noteBlock();
    expect(await tick(6_000)).toBe(false);
    expect(await ticks(30)).not.toContain(true);
    // the report of one block does not hide a later delay
    expect(await tick(6_000)).toBe(false);
    expect(await tick()).toBe(true);
  });

  it('is raised at once for another cause, also after a block', async () => {
    const { meter, tick, state } = await started();
    meter.noteBlock();
    state.waitingMs = 8_000;
    expect(await tick()).toBe(true);
  });
});
