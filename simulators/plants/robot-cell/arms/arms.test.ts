import { describe, expect, it } from 'vitest';
import { advance, begin, initialArm } from './arm.ts';
import { initialDrives, stepDrives } from './drives.ts';
import { axisLimits, poseOf, tcpSpeed } from './geometry.ts';
import { follow, type Motion, motionAt, planMove } from './moves.ts';

const way = ['home', 'pickAbove', 'pick', 'pickAbove', 'placeAbove', 'place', 'placeAbove', 'home'] as const;
const slow = [false, true, true, false, true, true, false];

/** Time of the moves of a cycle, with grip and release, s. */
function cycle(override: number): number {
  return way.slice(1).reduce((sum, pose, i) => {
    const speed = override * (slow[i] === true ? 0.35 : 1);
    return sum + planMove(poseOf(way[i] ?? 'home', false), poseOf(pose, false), speed).duration;
  }, 0.35 + 0.25);
}

const sampled = (move: ReturnType<typeof planMove>, steps: number): Motion[] =>
  Array.from({ length: steps + 1 }, (_, i) => {
    const motion = motionAt(move.from);
    follow(move, (move.duration * i) / steps, 1, 0, motion);
    return motion;
  });

describe('a move', () => {
  it.each([
    [1, 5.1],
    [0.8, 5.52],
    [0.5, 7.25],
    [0.25, 12.7],
  ])('cycle at override %d takes %d s', (override, seconds) => {
    expect(Math.abs(cycle(override) - seconds)).toBeLessThan(0.05);
  });

  it('never exceeds the speed or acceleration of an axis, and arrives with all axes at once', () => {
    for (const [i, pose] of way.slice(1).entries()) {
      const move = planMove(poseOf(way[i] ?? 'home', false), poseOf(pose, false), 1);
      for (const { speed, acceleration } of sampled(move, 40)) {
        const used = (values: readonly number[], limits: readonly number[]): number =>
          Math.max(...values.map((value, axis) => Math.abs(value) / (limits[axis] ?? 1)));
        expect(used(speed, axisLimits.speed)).toBeLessThan(1 + 1e-9);
        expect(used(acceleration, axisLimits.acceleration)).toBeLessThan(1 + 1e-9);
      }
      expect(sampled(move, 1)[1]?.position).toEqual(move.to);
    }
  });

  it('has the integral of its speed as its way, within 1e-9 °', () => {
    const move = planMove(poseOf('pickAbove', false), poseOf('placeAbove', false), 0.8);
    // the speed is linear between the corners of the trapezoid, so that Simpson's rule is exact there
    const corners = [
      ...new Set(
        move.cruise.flatMap((v, i) => {
          const ramp = v === 0 ? 0 : v / (move.acceleration[i] ?? 1);
          return [0, ramp, move.duration - ramp, move.duration];
        }),
      ),
    ].toSorted((a, b) => a - b);
    const speedAt = (t: number, axis: number): number => {
      const motion = motionAt(move.from);
      follow(move, t, 1, 0, motion);
      return motion.speed[axis] ?? 0;
    };
    for (let axis = 0; axis < 6; axis++) {
      let path = 0;
      for (let i = 1; i < corners.length; i++) {
        const [a, b] = [corners[i - 1] ?? 0, corners[i] ?? 0];
        path += ((b - a) / 2) * (speedAt(a + 1e-12, axis) + speedAt(b - 1e-12, axis));
      }
      expect(Math.abs(path - ((move.to[axis] ?? 0) - (move.from[axis] ?? 0)))).toBeLessThan(1e-8);
    }
  });

  it('ends at the same place and time with any computing step', () => {
    const ends = [0.002, 0.02, 0.1].map((dt) => {
      const arm = initialArm(false, 24, 1, () => 0);
      begin(arm, poseOf('pickAbove', false), 1, 1);
      let time = 0;
      for (let left = -1; left < 0; time += dt) {
        left = advance(arm, true, 1, Number.POSITIVE_INFINITY, dt);
        if (left >= 0) time -= left;
      }
      return { place: arm.motion.position.join(), time: time.toFixed(9) };
    });
    expect(new Set(ends.map(({ place }) => place)).size).toBe(1);
    expect(new Set(ends.map(({ time }) => time)).size).toBe(1);
  });

  it('stops on its path within 0.375 s from full speed: axis 1 over 28°', () => {
    const arm = initialArm(false, 24, 1, () => 0);
    arm.motion.position.splice(0, 6, ...poseOf('pickAbove', false));
    begin(arm, poseOf('placeAbove', false), 1, 1);
    for (let i = 0; i < 25; i++) advance(arm, true, 1, Number.POSITIVE_INFINITY, 0.02);
    expect(arm.motion.speed[0]).toBe(150);
    const from = arm.motion.position[0] ?? 0;
    let [time, fastest] = [0, tcpSpeed(arm.motion.position, arm.motion.speed)];
    while (arm.rate > 0) {
      advance(arm, false, 1, Number.POSITIVE_INFINITY, 0.005);
      fastest = Math.max(fastest, tcpSpeed(arm.motion.position, arm.motion.speed));
      time += 0.005;
    }
    expect(Math.abs(time - 0.375)).toBeLessThan(0.006);
    expect((arm.motion.position[0] ?? 0) - from).toBeCloseTo(28.1, 0);
    expect(fastest).toBeGreaterThan(2.5);
  });

  it('keeps the tool below a limit of 250 mm/s', () => {
    const arm = initialArm(false, 24, 1, () => 0);
    begin(arm, poseOf('placeAbove', false), 1, 1);
    for (let left = -1; left < 0; ) {
      left = advance(arm, true, 1, 0.25, 0.02);
      expect(tcpSpeed(arm.motion.position, arm.motion.speed)).toBeLessThan(0.251);
    }
  });
});

describe('the drives', () => {
  const still = motionAt(poseOf('pick', false));
  const held = (mass: 0 | 2 | 5): number => {
    const drives = initialDrives(24, 1, () => 0);
    const part =
      mass === 0 ? null : { product: mass === 2 ? 1 : 2, defective: false, at: 0, force: 0, depth: 0, result: 0, good: true };
    stepDrives(drives, still, { powered: true, part, assumedMass: mass, air: 24 }, 0.02);
    return drives.current[1] ?? 0;
  };

  it('hold a payload with a current of axis 2 that is linear in its mass', () => {
    const [none, two, five] = [held(0), held(2), held(5)];
    expect(two).toBeGreaterThan(none);
    expect((five - none) / (two - none)).toBeCloseTo(2.5, 9);
  });

  it('have almost twice the friction after a cold start, and are warm after an hour', () => {
    const moving = { ...still, speed: [0, 60, 0, 0, 0, 0] };
    const drives = initialDrives(24, 0, () => 0);
    const input = { powered: true, part: null, assumedMass: 2, air: 24 };
    stepDrives(drives, moving, input, 0.02);
    const cold = drives.torque[1] ?? 0;
    for (let s = 0; s < 3600; s++) stepDrives(drives, moving, input, 1);
    const rub = 45 + 0.8 * 60;
    expect(cold - (drives.torque[1] ?? 0)).toBeCloseTo(0.9 * rub * (1 - Math.exp(-3600 / 1500)), 0);
  });

  it('turn all energy into heat of the motors, work, brake resistor and cabinet', () => {
    const drives = initialDrives(24, 0.5, () => 0);
    const down = { ...still, speed: [0, 100, 120, 0, 0, 0] };
    for (let s = 0; s < 60; s++) stepDrives(drives, down, { powered: true, part: null, assumedMass: 2, air: 24 }, 0.02);
    const { total, heat, work, brake, cabinet } = drives.energy;
    expect(work).toBeLessThan(0);
    expect(brake).toBeGreaterThan(0);
    expect(total).toBeCloseTo(heat + work + brake + cabinet, 6);
  });
});
