import { expect, it } from 'vitest';
import { batchOf } from '../../test/support/detectors.ts';
import type { LabControl } from '../core/lab.ts';
import { type Observation, observeBatch, observeEvent } from '../core/observation.ts';
import { ValueGate, withRestart } from './plant-reset.ts';

const valueAt = (time: number): Observation => observeBatch(batchOf([{ tag: 0, time, value: 1 }]));

async function* sourceOf(...all: readonly Observation[]): AsyncGenerator<Observation, void> {
  for (const one of all) yield await Promise.resolve(one);
}

it('holds values back, and no events, while a plant is reset', async () => {
  const gate = new ValueGate();
  const tick = observeEvent({ type: 'tick', time: 2 });
  const [before, during, after] = [valueAt(1), valueAt(2), valueAt(3)];
  const passing = gate.passing(sourceOf(before, during, tick, after));
  expect((await passing.next()).value).toBe(before);
  await gate.closedDuring(async () => {
    expect((await passing.next()).value).toBe(tick);
  });
  expect((await passing.next()).value).toBe(after);
  expect((await passing.next()).done).toBe(true);
});

it('opens again after a reset that failed', async () => {
  const gate = new ValueGate();
  await expect(gate.closedDuring(async () => await Promise.reject(new Error('no plant')))).rejects.toThrow('no plant');
  const value = valueAt(1);
  expect((await gate.passing(sourceOf(value)).next()).value).toBe(value);
});

it('restarts the detectors after a reset of the lab, and after nothing else', async () => {
  const steps: string[] = [];
  const noted = (step: string) => async () => void steps.push(step);
  const lab: LabControl = {
    scenarios: [],
    campaigns: [],
    startCampaign: async () => undefined,
    status: () => {
      throw new Error('not asked');
    },
    lagMs: () => 7,
    onChange: () => () => {},
    setSpeed: noted('speed'),
    start: noted('start'),
    stop: noted('stop'),
    reset: noted('reset'),
  };
  const control = withRestart(lab, async (reset) => {
    await reset();
    steps.push('restarted');
  });
  await control.setSpeed(5);
  await control.start('any');
  await control.stop();
  await control.reset();
  expect(steps).toEqual(['speed', 'start', 'stop', 'reset', 'restarted']);
  expect(control.lagMs()).toBe(7);
});
