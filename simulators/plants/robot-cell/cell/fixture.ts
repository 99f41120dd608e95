import { approach, type Noise } from '../../../plant-kit/noise.ts';
import type { Part } from '../parts.ts';

/** Phases of the fixture. */
export const phase = { empty: 0, clamping: 1, pressing: 2, opening: 3, done: 4 } as const;
/** Time of the press and of the clamp, s. */
const [pressS, clampS] = [3, 0.2] as const;
/** Limits of a good part: force, kN, and depth, mm. */
export const specification = { force: [3, 3.4], depth: [11.8, 12.2] } as const;
/** Pressure below which the clamp does not hold, MPa. */
export const leastAir = 0.4;

export interface FixtureState {
  part: Part | null;
  phase: number;
  /** Time in the phase, s. */
  phaseS: number;
  /** Position of the clamp, 1 closed. */
  clamp: number;
  /** Force, kN, and depth, mm, of the press now. */
  force: number;
  depth: number;
  /** Verdict on the last part: 0 none, 1 good, 2 bad. */
  result: number;
}

export const initialFixture = (): FixtureState => ({
  part: null,
  phase: phase.empty,
  phaseS: 0,
  clamp: 0,
  force: 0,
  depth: 0,
  result: 0,
});

export interface FixtureInputs {
  /** The press may run. */
  readonly run: boolean;
  readonly clear: boolean;
  readonly air: number;
  readonly clampCommand: boolean;
  /** Set-point of the press force, kN. */
  readonly forceSetpoint: number;
  /** Error of the place point, mm. */
  readonly offset: number;
  /** Limits of the inspection, or undefined if it is off. */
  readonly limits: { readonly force: readonly [number, number]; readonly depth: readonly [number, number] } | undefined;
}

const within = (x: number, [low, high]: readonly [number, number]): boolean => x >= low && x <= high;

/** End values of a part: an offset makes the press push against the edge, so that force rises and depth falls. */
function press(part: Part, { forceSetpoint, offset }: FixtureInputs, noise: Noise): void {
  const random = noise.stream('press');
  const edge = Math.abs(offset);
  part.force = forceSetpoint * (1 + 0.028 * edge - (part.defective ? 0.12 : 0)) + 0.025 * random.normal();
  part.depth = 12 - 0.28 * edge - (part.defective ? 0.4 : 0) + 3 * Math.min(0, forceSetpoint - 3.1) + 0.03 * random.normal();
  part.good = within(part.force, specification.force) && within(part.depth, specification.depth);
}

/** Advances clamp and press by `dt` seconds. */
export function stepFixture(state: FixtureState, inputs: FixtureInputs, noise: Noise, dt: number): void {
  const { part } = state;
  const closes = state.phase === phase.clamping || state.phase === phase.pressing;
  const holds = closes && inputs.clampCommand && inputs.air > leastAir;
  state.clamp = approach(state.clamp, holds ? 1 : 0, dt / clampS);
  if (part === null) {
    Object.assign(state, { phase: phase.empty, phaseS: 0, force: 0, depth: 0 });
    return;
  }
  const next = (to: number): void => void Object.assign(state, { phase: to, phaseS: 0 });
  switch (state.phase) {
    case phase.empty:
      if (inputs.run && inputs.clear) next(phase.clamping);
      return;
    case phase.clamping:
      if (state.clamp < 1) return;
      press(part, inputs, noise);
      next(phase.pressing);
      return;
    case phase.pressing: {
      if (!inputs.run || state.clamp < 1) return;
      state.phaseS += dt;
      const share = Math.min(1, state.phaseS / 2);
      state.force = part.force * share;
      state.depth = part.depth * share;
      if (state.phaseS < pressS) return;
      const { limits } = inputs;
      part.result = limits === undefined || (within(part.force, limits.force) && within(part.depth, limits.depth)) ? 1 : 2;
      state.result = part.result;
      next(phase.opening);
      return;
    }
    case phase.opening:
      state.force = 0;
      state.depth = 0;
      if (state.clamp === 0) next(phase.done);
      return;
  }
}
