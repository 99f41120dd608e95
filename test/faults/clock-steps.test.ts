import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { ownCertificate, trustServer } from '../../collectors/opcua/certificates/pki.ts';
import { opcua } from '../../collectors/opcua/index.ts';
import { systemClock } from '../../src/core/clock.ts';
import { openOpcuaBench } from '../support/opcua.ts';
import { SteppedClock } from '../support/stepped-clock.ts';
import { levelLimit, WatchedTank, type WatchedTankOptions } from '../support/watched-tank.ts';

const second = 1_000;
const hour = 3_600 * second;
const year = 365 * 24 * hour;
const sizes = [30 * second, hour, year];
/** Time in which a limit is raised on a busy machine; a step of a clock is far longer. */
const soon = { timeout: 25_000, interval: 50 };

const isHigh = (title: string): boolean => title.startsWith('LEVEL');

/** Crosses the limit, and returns when the alert has been raised and has ended. */
async function crossLimit(tank: WatchedTank, setLevel: (level: number) => void, when: string): Promise<void> {
  const before = tank.monitor.view.clock.now();
  setLevel(levelLimit + 0.5);
  await vi.waitFor(() => expect(tank.titles().some(isHigh), `raised ${when}`).toBe(true), soon);
  const found = tank.found.findLast(({ change, finding }) => change === 'begin' && isHigh(finding.explanation.title));
  // its times are those of the clock
  expect(Math.abs((found?.finding.beganAt ?? Number.NaN) - before), `time of the finding ${when}`).toBeLessThan(60 * second);
  setLevel(2);
  await vi.waitFor(() => expect(tank.titles().some(isHigh), `ended ${when}`).toBe(false), soon);
}

const pause = async (ms: number): Promise<void> => await systemClock.sleep(ms);

describe('a clock that is set', () => {
  it('of the monitor: limits and silence of a device are raised within seconds, at any size, repeatedly and slewed', async () => {
    const clock = new SteppedClock();
    await using tank = await WatchedTank.start({ clock });
    const set = (level: number): void => tank.setLevel(level);
    await crossLimit(tank, set, 'before');
    for (const size of sizes)
      for (const by of [size, -size]) {
        clock.step(by);
        await crossLimit(tank, set, `after a step of ${by} ms`);
        clock.step(-by);
        await crossLimit(tank, set, `after its correction (${by} ms)`);
      }
    clock.step(600 * second);
    await pause(3 * second);
    clock.step(-600 * second);
    await crossLimit(tank, set, 'after 3 s of +10 min');
    for (const rate of [0.08, -0.08]) {
      clock.slew(rate);
      await crossLimit(tank, set, `slewed by ${rate}`);
    }
    clock.slew(0);
    expect(notJudged(tank)).toBe(0);
    clock.step(-hour);
    await tank.stopController();
    await vi.waitFor(() => expect(tank.titles()).toContain('plc1 does not answer'), { timeout: 60_000, interval: 100 });
  }, 240_000);

  it('of an OPC UA server, or of single values of it: limits are raised within seconds, at any size', async () => {
    await using bench = await openOpcuaBench();
    const stop = new AbortController();
    let offset = 0;
    let value = 2;
    const set = (level: number): void => void (value = level);
    const serving = (async () => {
      while (!stop.signal.aborted) {
        bench.plant.time = systemClock.now() + offset;
        // noise: a server sends changes
        bench.plant.set('CW.LT01', value + Math.random() * 0.01);
        bench.server.publish();
        await pause(100);
      }
    })();
    const device: WatchedTankOptions['device'] = async (dataDir) => {
      const own = join(dataDir, 'devices', 'plc1');
      await trustServer(own, bench.server.certificate);
      await bench.server.trust(await ownCertificate(own));
      const settings = { endpoint: bench.server.endpoint, user: bench.user, publishingMs: 100, maxRequestsPerSecond: 200 };
      return { plugin: opcua, config: opcua.schema.parse(settings), address: { node: 'ns=1;s=CW.LT01' } };
    };
    await using tank = await WatchedTank.start({ device });
    try {
      await crossLimit(tank, set, 'before');
      for (const size of sizes)
        for (const by of [-size, size]) {
          offset += by;
          await crossLimit(tank, set, `after a step of ${by} ms`);
          offset -= by;
          await crossLimit(tank, set, `after its correction (${by} ms)`);
        }
      offset = hour;
      await pause(3 * second);
      offset = 0;
      await crossLimit(tank, set, 'after 3 s of an hour ahead');
      // each value has another error
      const drifting = setInterval(() => (offset = (Math.random() - 0.5) * 2 * hour), 70);
      await pause(second);
      await crossLimit(tank, set, 'while source times jump');
      clearInterval(drifting);
      expect(notJudged(tank)).toBe(0);
    } finally {
      stop.abort();
      await serving;
    }
  }, 240_000);

  it('between two runs: the restarted monitor raises limits within seconds', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'scadawatch-clock-'));
    try {
      const clock = new SteppedClock();
      for (const by of [0, -2 * hour, 600 * second]) {
        clock.step(by);
        await using tank = await WatchedTank.start({ clock, dataDir });
        await crossLimit(tank, (level) => tank.setLevel(level), `in a run after a step of ${by} ms`);
      }
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  }, 240_000);
});

/** Samples that were not judged because of their time. */
function notJudged(tank: WatchedTank): number | undefined {
  const found = [...tank.monitor.metrics.read()].find(({ metric }) => metric.name === 'scadawatch_samples_not_judged_total');
  return found?.samples[Symbol.iterator]().next().value?.value;
}
