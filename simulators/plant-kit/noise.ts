import type { Random, RandomState } from '../../src/core/random.ts';

/** Named random generators, one per source of noise, so that a new source does not change the numbers of others. */
export class Noise {
  readonly #root: Random;
  readonly #streams = new Map<string, Random>();

  constructor(root: Random) {
    this.#root = root;
  }

  /** Generator of a source; always the same object for the same name. */
  stream(name: string): Random {
    let stream = this.#streams.get(name);
    if (stream === undefined) {
      stream = this.#root.fork(name);
      this.#streams.set(name, stream);
    }
    return stream;
  }

  save(): Record<string, RandomState> {
    return Object.fromEntries([...this.#streams].map(([name, stream]) => [name, stream.save()]));
  }

  restore(saved: Readonly<Record<string, RandomState>>): void {
    for (const [name, state] of Object.entries(saved)) this.stream(name).restore(state);
  }
}

/**
 * One step of an Ornstein-Uhlenbeck process with standard deviation `s` and time constant `T` (s), in its exact discrete
 * form, so that the step length does not change its statistics.
 */
export function wander(x: number, s: number, T: number, dt: number, random: Random): number {
  const a = Math.exp(-dt / T);
  return a * x + s * Math.sqrt(1 - a * a) * random.normal();
}

/** Moves `x` towards `target` by at most `step`. */
export function approach(x: number, target: number, step: number): number {
  return x < target ? Math.min(target, x + step) : Math.max(target, x - step);
}

/** Share of the distance that a first-order lag with time constant `tau` covers in `dt`. */
export function lag(dt: number, tau: number): number {
  return tau <= 0 ? 1 : 1 - Math.exp(-dt / tau);
}

export function clamp(x: number, low: number, high: number): number {
  return x < low ? low : x > high ? high : x;
}
