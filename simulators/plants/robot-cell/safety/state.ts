/** Operating modes of the key switch (OPC 40010-1). */
export const operatingMode = { manualReduced: 1, automatic: 3 } as const;

/** State of the safety PLC and of the hardware that it reads, plain data. */
export interface SafetyState {
  mode: number;
  /** Emergency stop buttons. */
  readonly buttons: boolean[];
  doorOpen: boolean;
  curtainBroken: boolean;
  /** Scanner fields of the far side. */
  warning: boolean;
  stopField: boolean;
  readonly mutingSensors: boolean[];
  /** Time in which the sensors have muted the curtain, s. */
  mutedS: number;
  muted: boolean;
  resetPressed: boolean;
  /** Latches, until the reset button. */
  estop: boolean;
  readonly active: boolean[];
  /** Time for which torque deviation exceeds the limit, s, of each arm. */
  readonly deviationS: number[];
  /** Both arms were in the fixture zone. */
  cams: boolean;
  /** Tool faster than 250 mm/s in manual mode, a motor too hot. */
  speeding: boolean;
  hot: boolean;
}

export const initialSafety = (): SafetyState => ({
  mode: operatingMode.automatic,
  buttons: [false, false, false],
  doorOpen: false,
  curtainBroken: false,
  warning: false,
  stopField: false,
  mutingSensors: [false, false],
  mutedS: 0,
  muted: false,
  resetPressed: false,
  estop: false,
  active: [false, false, false, false, false, false],
  deviationS: [0, 0],
  cams: false,
  speeding: false,
  hot: false,
});
