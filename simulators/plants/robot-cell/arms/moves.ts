import { axisCount, axisLimits } from './geometry.ts';

/**
 * A move in joint space, plain data. Each axis has a trapezoid of speed. All axes need the time of the slowest one. Positions follow a
 * formula of time, so that the length of a computing step does not change where a move ends.
 */
export interface Move {
  readonly from: readonly number[];
  readonly to: readonly number[];
  /** Cruise speed of each axis, °/s, without sign. */
  readonly cruise: readonly number[];
  /** Acceleration of each axis, °/s². */
  readonly acceleration: readonly number[];
  /** s */
  readonly duration: number;
}

const smallest = 1e-9;

/** Ramp and whole time of an axis that moves as fast as it can, s: a triangle of speed if it does not reach its limit. */
function fastest(d: number, v: number, a: number): { readonly ramp: number; readonly time: number } {
  if (d < smallest) return { ramp: 0, time: 0 };
  const peak = Math.sqrt(d / a);
  return d < (v * v) / a ? { ramp: peak, time: 2 * peak } : { ramp: v / a, time: d / v + v / a };
}

/**
 * Plans a move. @param speed share of the largest speed, above 0 @param acceleration share of the usual acceleration, above 0
 */
export function planMove(from: readonly number[], to: readonly number[], speed: number, acceleration = 1): Move {
  const axes = to.map((angle, axis) => {
    const d = Math.abs(angle - (from[axis] ?? 0));
    const v = (axisLimits.speed[axis] ?? 1) * speed;
    const a = (axisLimits.acceleration[axis] ?? 1) * acceleration;
    return { d, v, a, ...fastest(d, v, a) };
  });
  const slowest = axes.reduce((most, axis) => (axis.time > most.time ? axis : most));
  const duration = slowest.time;
  const ramps = axes.map(({ d, v, a }) => {
    if (d < smallest) return 1;
    // the ramp of the slowest axis, unless this axis would then exceed a limit of its own
    const shortest = (duration - Math.sqrt(Math.max(0, duration * duration - (4 * d) / a))) / 2;
    return Math.max(shortest, Math.min(slowest.ramp, duration - d / v));
  });
  const cruise = axes.map(({ d }, axis) => (d < smallest ? 0 : d / (duration - (ramps[axis] ?? 0))));
  return { from: [...from], to: [...to], cruise, acceleration: cruise.map((v, axis) => v / (ramps[axis] ?? 1)), duration };
}

/** Position, speed and acceleration of each axis. */
export interface Motion {
  readonly position: number[];
  readonly speed: number[];
  readonly acceleration: number[];
}

export const motionAt = (q: readonly number[]): Motion => ({
  position: [...q],
  speed: q.map(() => 0),
  acceleration: q.map(() => 0),
});

/**
 * Writes the motion at time `t` of a move. @param rate progress of the move's time per second, and its derivative: a stop on the path
 * slows the time of the move
 */
export function follow(move: Move, t: number, rate: number, rateChange: number, into: Motion): void {
  const { duration } = move;
  const time = t < 0 ? 0 : t > duration ? duration : t;
  for (let axis = 0; axis < axisCount; axis++) {
    const from = move.from[axis] ?? 0;
    const to = move.to[axis] ?? 0;
    const v = move.cruise[axis] ?? 0;
    const a = move.acceleration[axis] ?? 0;
    const sign = to < from ? -1 : 1;
    const ramp = a === 0 ? 0 : v / a;
    const left = duration - time;
    let [path, speed, bend] = [v * (time - ramp / 2), v, 0];
    if (time < ramp) [path, speed, bend] = [(a * time * time) / 2, a * time, a];
    if (left < ramp) [path, speed, bend] = [Math.abs(to - from) - (a * left * left) / 2, a * left, -a];
    into.position[axis] = left <= 0 ? to : from + sign * path;
    // + 0 turns −0 into 0, because JSON has no −0
    into.speed[axis] = sign * speed * rate + 0;
    into.acceleration[axis] = v === 0 ? 0 : sign * (bend * rate * rate + speed * rateChange) + 0;
  }
}
