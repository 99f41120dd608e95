import { approach, clamp, type Noise } from '../../../plant-kit/noise.ts';
import type { Part } from '../parts.ts';

/** Places on the infeed, m from its start: photo-eyes and stopper. */
export const infeed = { entry: 0.2, queue: 1.9, stop: 2.6, end: 3 } as const;
/** Places on the outfeed, m. */
export const outfeed = { eye: 0.4, end: 2 } as const;
/** Length of a part, and the distance between the fronts of two that touch, m. */
export const partLength = 0.25;
const pitch = 0.35;
/** Faster parts can tilt at the stopper, m/s, and the share that does. */
const [tiltSpeed, tiltShare] = [0.3, 0.1] as const;
/** Mean time between two parts from the press shop by product, s, and its relative scatter. */
const [meanS, scatter] = [[9.5, 12.5], 0.25] as const;

/** One conveyor with the parts on it, the first one ahead; plain data. */
export interface Conveyor {
  /** Speed and acceleration, m/s and m/s². */
  speed: number;
  acceleration: number;
  readonly parts: Part[];
  /** Parts that left it since commissioning. */
  count: number;
}

export interface ConveyorsState {
  readonly infeed: Conveyor;
  readonly outfeed: Conveyor;
  /** Position of the stopper, 1 closed. */
  stopper: number;
  /** Time until the next part arrives, s. */
  nextS: number;
  /** A part has tilted at the stopper. */
  tilted: boolean;
  /** Product that the press shop sends. */
  product: number;
  arrived: number;
  /** Parts that fell off the end of the infeed. */
  fallen: number;
}

const conveyor = (): Conveyor => ({ speed: 0, acceleration: 0, parts: [], count: 0 });

export const initialConveyors = (): ConveyorsState => ({
  infeed: conveyor(),
  outfeed: conveyor(),
  stopper: 1,
  nextS: 2,
  tilted: false,
  product: 1,
  arrived: 0,
  fallen: 0,
});

/** Moves the belt towards its set-point. */
function drive(belt: Conveyor, setpoint: number, dt: number): void {
  const target = approach(belt.speed, setpoint, 0.8 * dt);
  const eased = belt.speed + clamp((setpoint - belt.speed) * (1 - Math.exp(-dt / 0.3)), -0.8 * dt, 0.8 * dt);
  const next = Math.abs(setpoint - eased) < 1e-3 ? target : eased;
  belt.acceleration = (next - belt.speed) / dt;
  belt.speed = next;
}

/** Current of a conveyor motor, A. */
export const amps = (belt: Conveyor): number =>
  belt.speed === 0 && belt.acceleration === 0 ? 0 : Math.max(0.3, 0.9 + 0.15 * belt.parts.length + 2.2 * belt.acceleration);

/** True if a part covers a place. */
export const covers = (belt: Conveyor, place: number): boolean =>
  belt.parts.some(({ at }) => at >= place - 1e-6 && at - partLength <= place);

/** True if a part waits at the stopper, ready to be picked. */
export const isReady = ({ infeed: belt, tilted }: ConveyorsState): boolean =>
  !tilted && Math.abs((belt.parts[0]?.at ?? 0) - infeed.stop) < 0.01;

/** Takes the part at the stopper; undefined if there is none. */
export function take({ infeed: belt }: ConveyorsState): Part | undefined {
  return Math.abs((belt.parts[0]?.at ?? 0) - infeed.stop) < 0.05 ? belt.parts.shift() : undefined;
}

export interface ConveyorInputs {
  readonly infeedSpeed: number;
  readonly outfeedSpeed: number;
  readonly stopperClosed: boolean;
  /** The press shop sends parts. */
  readonly feeds: boolean;
}

/** Moves belts, stopper and parts; calls `onShipped` for each part that leaves the cell. */
export function stepConveyors(
  state: ConveyorsState,
  inputs: ConveyorInputs,
  noise: Noise,
  dt: number,
  onShipped: (part: Part) => void,
): void {
  const { infeed: first, outfeed: last } = state;
  drive(first, inputs.infeedSpeed, dt);
  drive(last, inputs.outfeedSpeed, dt);
  state.stopper = approach(state.stopper, inputs.stopperClosed ? 1 : 0, dt / 0.3);
  let limit = state.stopper > 0.5 || state.tilted ? infeed.stop : Number.POSITIVE_INFINITY;
  for (const part of first.parts) {
    const past = part.at > infeed.stop + 1e-6;
    const target = part.at + first.speed * dt;
    const next = past ? target : Math.min(target, limit);
    if (next === infeed.stop && part.at < infeed.stop && first.speed > tiltSpeed) {
      state.tilted ||= noise.stream('tilt').next() < tiltShare;
    }
    part.at = Math.max(part.at, next);
    limit = past ? limit : part.at - pitch;
  }
  while ((first.parts[0]?.at ?? 0) > infeed.end) {
    first.parts.shift();
    state.fallen++;
  }
  for (const part of last.parts) part.at += last.speed * dt;
  while ((last.parts[0]?.at ?? 0) > outfeed.end) {
    const part = last.parts.shift();
    if (part === undefined) break;
    last.count++;
    onShipped(part);
  }
  receive(state, inputs, noise, dt);
}

/** Receives parts from the press shop while the belt runs and its entry is free. */
function receive(state: ConveyorsState, { feeds }: ConveyorInputs, noise: Noise, dt: number): void {
  const { infeed: belt } = state;
  const entry = belt.parts.at(-1)?.at ?? Number.POSITIVE_INFINITY;
  if (!feeds || belt.speed < 0.02) return;
  state.nextS -= dt;
  if (state.nextS > 0 || entry < pitch) return;
  const mean = meanS[state.product - 1] ?? meanS[0];
  state.nextS = mean * clamp(1 + scatter * noise.stream('arrivals').normal(), 0.4, 1.8);
  const defective = noise.stream('defects').next() < 0.015;
  belt.parts.push({ product: state.product, defective, at: 0, force: 0, depth: 0, result: 0, good: false });
  belt.count++;
  state.arrived++;
}
