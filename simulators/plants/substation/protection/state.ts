import { type InverseRelay, initialRelay } from './overcurrent.ts';

/** Protection relays, plain data. Times in seconds. */
export interface ProtectionState {
  readonly feeders: FeederRelay[];
  readonly incomers: InverseRelay[];
  /** Time of the voltage of each busbar above and below its limit. */
  readonly over: [number, number];
  readonly under: [number, number];
  /** Generators: over- and underfrequency, rate of change, reverse power; hydro, then diesel. */
  readonly generators: GeneratorRelay[];
  /** Timers of the stages of load shedding. */
  readonly shedding: number[];
  sheddingBack: number;
  /** Time since a trip that a breaker has not followed, per feeder. */
  readonly failure: number[];
  /** First-out code of the station, a `stationTrip`. */
  firstOut: number;
  /** Time without a tripped breaker, s. */
  calmS: number;
}

export interface FeederRelay {
  readonly inverse: InverseRelay;
  instantS: number;
  trips: number;
  lastAmps: number;
  /** Time from pick-up to the last trip, ms. */
  lastMs: number;
  /** Dead time left before the auto-reclose, or 0; and time since it closed. */
  recloseLeft: number;
  reclosedS: number;
  lockedOut: boolean;
}

export interface GeneratorRelay {
  overS: number;
  underS: number;
  rateS: number;
  reverseS: number;
  /** Frequency a quarter of a second ago, for the rate of change, Hz, and the age of it. */
  before: number;
  beforeS: number;
}

/** First-out codes of the station. */
export const stationTrip = {
  none: 0,
  feeder: 1,
  incomer: 2,
  overvoltage: 3,
  undervoltage: 4,
  frequency: 5,
  lossOfMains: 6,
  reversePower: 7,
  differential: 8,
  oil: 9,
  breakerFailure: 10,
  overspeed: 11,
  outOfPhase: 12,
} as const;

/** Keeps the code of the first trip. The time without a tripped breaker begins anew, also if a reclose follows within a second. */
export function latch(protection: ProtectionState, code: number): void {
  protection.calmS = 0;
  if (protection.firstOut === stationTrip.none) protection.firstOut = code;
}

export function initialProtection(): ProtectionState {
  const generator = (): GeneratorRelay => ({ overS: 0, underS: 0, rateS: 0, reverseS: 0, before: 50, beforeS: 0 });
  return {
    feeders: [1, 2, 3, 4].map(() => ({
      inverse: initialRelay(),
      instantS: 0,
      trips: 0,
      lastAmps: 0,
      lastMs: 0,
      recloseLeft: 0,
      reclosedS: 3600,
      lockedOut: false,
    })),
    incomers: [initialRelay(), initialRelay()],
    over: [0, 0],
    under: [0, 0],
    generators: [generator(), generator()],
    shedding: [0, 0, 0, 0],
    sheddingBack: 0,
    failure: [0, 0, 0, 0],
    firstOut: stationTrip.none,
    calmS: 0,
  };
}
