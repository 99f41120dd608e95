import { describe, expect, it } from 'vitest';
import { play, playTimes } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

const valveSlow = scenarioOf('valve-slow');

/** Lowest and highest temperature of the reactor in the hour, read each 20 s, and how often it was tripped. */
async function hour(scenario: typeof valveSlow, startTime: number) {
  const { plant } = await play(scenario, 120, startTime);
  const trip = plant.points.findIndex(({ name }) => name === 'SIS.TRIP');
  const temperatures: number[] = [];
  let trips = 0;
  for (let second = 120; second < 3_600; second += 20) {
    plant.step(20);
    temperatures.push(plant.truth()['reactor.temperature'] ?? Number.NaN);
    trips += plant.registers[trip] ?? Number.NaN;
  }
  return { lowest: Math.min(...temperatures), highest: Math.max(...temperatures), trips };
}

describe('valve-slow', () => {
  it.each(playTimes)('makes the reactor swing as stated, without a trip', async (startTime) => {
    const { lowest, highest, trips } = await hour(valveSlow, startTime);
    expect(lowest).toBeLessThan(118);
    expect(highest).toBeGreaterThan(124);
    expect(trips).toBe(0);
  });

  it('needs the slow valve: a sound one holds the temperature', async () => {
    const { lowest, highest } = await hour({ ...valveSlow, steps: [] }, playTimes[0] ?? 0);
    expect(highest - lowest).toBeLessThan(1);
  });
});
