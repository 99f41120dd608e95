import { describe, expect, it } from 'vitest';
import { play } from '../../../test/support/play.ts';
import { scenarioOf } from '../index.ts';

const deviceScan = scenarioOf('device-scan');

describe('device-scan', () => {
  it('does not change the process', async () => {
    const scanned = await play(deviceScan, 200);
    const quiet = await play({ ...deviceScan, steps: [] }, 200);
    expect([...scanned.plant.registers]).toEqual([...quiet.plant.registers]);
  });
});
