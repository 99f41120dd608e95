import { breakerNames } from '../breaker-names.ts';

/** State of the controllers in addition to their points, plain data. Times in plant seconds. */
export interface PlcState {
  /** Running time of the controllers, s. */
  uptime: number;
  /** Network writes accepted, per controller. */
  readonly writes: Record<string, number>;
  /** Running time at the last restart, s, per controller; absent before the first. */
  restarted?: Record<string, number>;
  /** Command coils after the last scan: another value is a command from the network. */
  readonly commanded: number[];
  /** Remaining time of the selection of each breaker. */
  readonly selected: number[];
  readonly regulators: RegulatorState[];
  /** Time for which a capacitor has been wanted, not wanted, and since the last switching. */
  readonly capacitor: { onS: number; offS: number; sinceS: number };
  readonly hydro: GeneratorControl & {
    /** Integral of the forebay level control, MW. */
    integral: number;
  };
  readonly diesel: GeneratorControl;
  readonly transfer: { step: number; inStepS: number; feederS: number };
}

export interface RegulatorState {
  /** Time for which the voltage has been out of the dead band, and steps made since. */
  outS: number;
  steps: number;
}

export interface GeneratorControl {
  /** Ramped power set-point, MW. */
  power: number;
  /** Gate or rack of that set-point, per unit. */
  reference: number;
  /** Speed set-point while not connected or isochronous, per unit. */
  speed: number;
  /** The breaker is to close as soon as the machine is synchronous. */
  synchronises: boolean;
  /** Run command at the last scan. */
  wasOn: boolean;
}

export const transferStep = { none: 0, separate: 1, energise: 2, reconnect: 3, synchronise: 4, restore: 5 } as const;

export function initialPlc(hydroPower: number, gate: number): PlcState {
  return {
    uptime: 0,
    writes: { rtu1: 0, plc2: 0 },
    commanded: breakerNames.map(() => 0),
    selected: breakerNames.map(() => 0),
    regulators: [
      { outS: 0, steps: 0 },
      { outS: 0, steps: 0 },
    ],
    capacitor: { onS: 0, offS: 0, sinceS: 3600 },
    hydro: { power: hydroPower, integral: 0, reference: gate, speed: 1, synchronises: false, wasOn: true },
    diesel: { power: 0, reference: 0, speed: 1, synchronises: false, wasOn: false },
    transfer: { step: transferStep.none, inStepS: 0, feederS: 0 },
  };
}
