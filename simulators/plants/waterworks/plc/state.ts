/** State of the controllers in addition to their points, plain data. Times in plant seconds. */
export interface PlcState {
  /** Raw flow requested by the level controller, L/s, and time to its next change. */
  rawFlow: number;
  rawFlowDue: number;
  readonly rawPumps: boolean[];
  /** Raw turbidity used by the alum feed-forward, NTU. */
  turbidity: number;
  /** Station flow used by the disinfection ratio, L/s. */
  meanFlow: number;
  /** Outputs and integrals of the PI controllers. */
  readonly lime: { output: number; integral: number };
  readonly chlorine: { output: number; integral: number; due: number };
  readonly washing: WashingState;
  readonly staging: StagingState;
  readonly rtu: RtuState;
  /** Running time of the controllers, s. */
  uptime: number;
  /** Network writes accepted, per controller. */
  readonly writes: Record<string, number>;
  /** Running time at the last restart, s, per controller; absent before the first. */
  restarted?: Record<string, number>;
}

export interface WashingState {
  /** Filter being washed, 0–3, or -1, and remaining seconds of its step. */
  filter: number;
  left: number;
  /** Seconds since the last wash began. */
  sinceStart: number;
  /** Filter that is or will be out of service for maintenance, or -1, and remaining seconds once it is out. */
  out: number;
  outLeft: number;
  /** Filter that filters to waste after maintenance, or -1. */
  rinsing: number;
  rinseLeft: number;
  /** True if no wash may begin. */
  inhibited: boolean;
}

export interface StagingState {
  /** Requested stages, of three. */
  readonly stages: boolean[];
  /** Seconds since the last start or stop. */
  sinceStart: number;
  readonly sinceStop: number[];
  /** Time for which each pump has been commanded, s. */
  readonly running: number[];
  /** Ages of each pump's starts within the last hour, s. */
  readonly starts: number[][];
  /** Pump that the new lead takes over from, or -1. */
  handOver: number;
  day: number;
  /** Time for which the chlorine to the network has been too low, s. */
  lowChlorine: number;
  inhibited: boolean;
  firstOut: number;
}

export interface RtuState {
  readonly stages: boolean[];
  readonly running: number[];
  readonly sinceStop: number[];
}

export function initialPlc(time: number, rawFlow: number, washedAgo: number): PlcState {
  const long = 36_000;
  return {
    rawFlow,
    rawFlowDue: 0,
    rawPumps: [true, rawFlow > 90],
    turbidity: 8,
    meanFlow: 110,
    lime: { output: 8, integral: 8 },
    chlorine: { output: 1.76, integral: 1.76, due: 0 },
    washing: {
      filter: -1,
      left: 0,
      sinceStart: washedAgo,
      out: -1,
      outLeft: 0,
      rinsing: -1,
      rinseLeft: 0,
      inhibited: false,
    },
    staging: {
      stages: [false, false, false],
      sinceStart: long,
      sinceStop: [long, long, long, long],
      running: [0, 0, 0, 0],
      starts: [[], [], [], []],
      handOver: -1,
      day: Math.floor(time / 86_400_000),
      lowChlorine: 0,
      inhibited: false,
      firstOut: 0,
    },
    rtu: { stages: [false, false], running: [0, 0], sinceStop: [long, long] },
    uptime: 0,
    writes: { plc1: 0, rtu2: 0 },
  };
}
