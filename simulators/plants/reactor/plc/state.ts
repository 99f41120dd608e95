import { loopTable } from '../points/loops.ts';

/** Modes of a controller, in its `MODE`. */
export const loopMode = { manual: 0, automatic: 1, cascade: 2 } as const;
/** Modes of the PLC, in `PLC1.MODE`. */
export const plcMode = { stop: 0, run: 1, program: 2 } as const;
/** Checksum of the program at commissioning, and of one whose pressure logic was edited. */
export const programSum = { commissioned: 41_377, edited: 12_904 } as const;

/** Integral part of a controller, in the unit of its output. Plain data. */
export interface LoopState {
  integral: number;
}

export interface PlcState {
  /** Running time of the controllers, s. */
  uptime: number;
  /** Accepted network writes, per controller. */
  readonly writes: Record<string, number>;
  /** Running time at the last restart, s, per controller; absent before the first. */
  restarted?: Record<string, number>;
  /** Flow controllers FT101 to FT104 and FT109, then those of `loopTable`. */
  readonly flows: LoopState[];
  readonly loops: LoopState[];
  /** Commands of the valves, %, finer than their registers. */
  readonly commands: number[];
  /** True after somebody edited the pressure logic: it acts in the wrong direction, without its override. */
  edited: boolean;
  /** Production, filtered, m³/h. */
  rate: number;
}

/** @param valves positions, % @param loopOutputs outputs of the controllers at the start */
export const initialPlc = (valves: readonly number[], loopOutputs: readonly number[]): PlcState => ({
  uptime: 0,
  writes: { plc1: 0, sis2: 0 },
  flows: [0, 1, 2, 3, 5].map((valve) => ({ integral: valves[valve] ?? 0 })),
  loops: loopTable.map((_, i) => ({ integral: loopOutputs[i] ?? 0 })),
  commands: [...valves],
  edited: false,
  rate: 0,
});
