import { describe, expect, it } from 'vitest';
import { FakeLab } from '../../../dashboard/server/testing/fake-lab.ts';
import { VirtualClock } from '../../core/clock.ts';
import { type GovernedLab, LabSpeedGovernor } from './speed.ts';

class Lab extends FakeLab implements GovernedLab {
  readonly cpuMs = 0;
  readonly whys: (string | undefined)[] = [];

  override status() {
    return { ...super.status(), speeds: [1, 4, 10, 30, 60].map((speed) => ({ speed })) };
  }

  override async setSpeed(speed: number, why?: string): Promise<void> {
    await super.setSpeed(speed);
    this.whys.push(why);
  }
}

/** A governor on a machine with this many free cores. The lab itself uses 0.3 cores. */
async function governed(freeCores: number) {
  const [lab, wall] = [new Lab(), new VirtualClock(0)];
  const use = () => ({ freeMs: freeCores * wall.monotonic(), ownMs: 0.3 * wall.monotonic() });
  const governor = new LabSpeedGovernor(lab, wall, use);
  const checks = async (count: number, lateMs = 0): Promise<void> => {
    for (let i = 0; i < count; i++) {
      await wall.advance(1_000);
      await governor.check(lateMs);
    }
  };
  await checks(5);
  const offered = () => governor.status().speeds.flatMap(({ speed, refused }) => (refused === undefined ? [speed] : []));
  return { lab, governor, checks, offered };
}

describe('the speeds of the lab', () => {
  it('are all offered on an idle machine, and up to 10× on a busy one', async () => {
    expect((await governed(1.7)).offered()).toEqual([1, 4, 10, 30, 60]);
    expect((await governed(0.7)).offered()).toEqual([1, 4, 10, 30]);
    expect((await governed(0)).offered()).toEqual([1, 4, 10]);
  });

  it('are refused with a reason', async () => {
    const { governor, lab } = await governed(0.1);
    await expect(governor.setSpeed(60)).rejects.toMatchObject({
      code: 'LAB_REFUSED',
      message: /^60× needs 1.1 processor cores, and this machine has 0.4 of \d+ free\.$/,
      hint: 'choose 10× or less',
    });
    await governor.setSpeed(10);
    expect(lab.speed).toBe(10);
  });

  it('are not refused while the lab reaches them, and the stated free cores never appear sufficient', async () => {
    const { governor, lab, checks, offered } = await governed(0.78);
    const refusals = () => governor.status().speeds.flatMap(({ refused }) => refused ?? []);
    expect(refusals()).toEqual([
      expect.stringMatching(/^60× needs 1.1 processor cores, and this machine has 1.0 of \d+ free\.$/),
    ]);
    lab.speed = 60;
    expect(offered()).toEqual([1, 4, 10, 30, 60]);
    await checks(1, 90_000);
    expect(refusals()).toHaveLength(1);
  });

  it('are reduced with a reason if the monitor stays late, and the missed speed is refused for a minute', async () => {
    const { governor, lab, checks, offered } = await governed(1.7);
    await governor.setSpeed(60);
    await checks(2, 90_000);
    await checks(1);
    await checks(2, 90_000);
    expect(lab.speed).toBe(60);
    await checks(1, 90_000);
    expect(lab.speed).toBe(30);
    expect(lab.whys.at(-1)).toBe('this machine does not reach 60×, the monitor was late by 1.5 s');
    await expect(governor.setSpeed(60)).rejects.toThrow('can be tried again in 1 min');
    expect(offered()).toEqual([1, 4, 10, 30]);
    await checks(60);
    expect(offered()).toEqual([1, 4, 10, 30, 60]);
  });

  it('are never reduced below real time', async () => {
    const { lab, checks } = await governed(0);
    lab.speed = 4;
    await checks(3, 30_000);
    expect(lab.speed).toBe(1);
    await checks(20, 30_000);
    expect(lab.speed).toBe(1);
  });
});
