import { breaker, breakerNames } from './breaker-names.ts';

/** One circuit breaker, plain data. */
export interface BreakerState {
  closed: boolean;
  /** Position that the last accepted command wants. */
  target: boolean;
  /** Remaining time of the movement, s; 0 at rest. */
  moving: number;
  /** Remaining time until the closing spring is charged, s. */
  charging: number;
  /** False while the local/remote key is in local. */
  remote: boolean;
  /** Latched after a trip by protection; a closing resets it. */
  tripped: boolean;
  /** The mechanism does not obey its coils. */
  stuck: boolean;
  /** The close coil does not act. */
  closeBlocked: boolean;
}

export type BreakersState = BreakerState[];

/** Operating times, s. */
export const closingS = 0.08;
export const openingS = 0.06;
export const springS = 12;

/** Battery voltage below which coils do not act, V. */
export const coilVoltage = 94;

export function initialBreakers(open: readonly number[]): BreakersState {
  return breakerNames.map((_, i) => ({
    closed: !open.includes(i),
    target: !open.includes(i),
    moving: 0,
    charging: 0,
    remote: true,
    tripped: false,
    stuck: false,
    closeBlocked: false,
  }));
}

function move(one: BreakerState, target: boolean, seconds: number, volts: number): boolean {
  if (one.target === target && (one.moving > 0 || one.closed === target)) return false;
  one.target = target;
  if (volts < coilVoltage || one.stuck) {
    one.target = one.closed;
    return false;
  }
  one.moving = seconds;
  return true;
}

/** Energises the trip coil. @param volts battery voltage @returns false if the breaker does not move */
export function open(breakers: BreakersState, index: number, volts: number): boolean {
  const one = breakers[index];
  return one !== undefined && move(one, false, openingS, volts);
}

/** Trip by protection: latched until the next closing. */
export function trip(breakers: BreakersState, index: number, volts: number): void {
  const one = breakers[index];
  if (one === undefined) return;
  one.tripped = true;
  move(one, false, openingS, volts);
}

/** Energises the close coil. Anti-pumping: a breaker whose spring is not charged does not close. */
export function close(breakers: BreakersState, index: number, volts: number): boolean {
  const one = breakers[index];
  if (one === undefined || one.charging > 0 || one.closeBlocked) return false;
  if (!move(one, true, closingS, volts)) return false;
  one.tripped = false;
  return true;
}

/** @returns true if a contact opened or closed */
export function stepBreakers(breakers: BreakersState, dt: number): boolean {
  let changed = false;
  for (const one of breakers) {
    one.charging = Math.max(0, one.charging - dt);
    if (one.moving <= 0) continue;
    one.moving -= dt;
    // half a millisecond absorbs the rounding of repeated steps
    if (one.moving > 5e-4) continue;
    one.moving = 0;
    if (one.closed !== one.target) changed = true;
    one.closed = one.target;
    if (one.closed) one.charging = springS;
  }
  return changed;
}

export const isClosed = (breakers: BreakersState, index: number): boolean => breakers[index]?.closed === true;

/** True if a transformer connects the 110 kV side with its busbar. @param n 0 or 1 */
export function transformerCloses(breakers: BreakersState, n: number): boolean {
  return isClosed(breakers, n === 0 ? breaker.QT1H : breaker.QT2H) && isClosed(breakers, n === 0 ? breaker.QT1L : breaker.QT2L);
}

export const isMoving = (breakers: BreakersState): boolean => breakers.some((one) => one.moving > 0);
