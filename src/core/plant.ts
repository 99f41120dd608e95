import type { CompanionModel } from './companion-model.ts';
import type { Plugin, PluginContext } from './plugin.ts';

/** Address of a point in a PLC: one of the four Modbus tables, and the name in OPC UA. */
export interface PlantAddress {
  /** Simulated controller that serves it, e.g. `plc1`. */
  readonly controller: string;
  readonly table: 'coil' | 'discrete-input' | 'holding' | 'input';
  /** 0-based. */
  readonly address: number;
  readonly type: 'bit' | 'float32' | 'int16' | 'uint16' | 'int32' | 'uint32';
  /** Register = value / scale. */
  readonly scale: number;
}

/** Lowest and highest value of each integer type of register. */
export const integerRanges = {
  bit: [0, 1],
  int16: [-0x8000, 0x7fff],
  uint16: [0, 0xffff],
  int32: [-0x80000000, 0x7fffffff],
  uint32: [0, 0xffffffff],
} as const;

/** A point of a simulated plant as its controllers serve it. */
export interface PlantPoint {
  readonly name: string;
  readonly description: string;
  readonly area: string;
  readonly equipment: string;
  readonly unit: string;
  readonly low: number;
  readonly high: number;
  readonly writable: boolean;
  readonly modbus: PlantAddress;
  /** Also served by the plant's OPC UA server. */
  readonly opcua: boolean;
}

/** The OPC UA server of a plant, as a device of its example configuration. */
export const opcuaDevice = 'ua1';

/** Application URI in the OPC UA certificate of an actor of the lab: plants list that of the `operator` as a known client. */
export const actorUri = (actor: string): string => `urn:scadawatch:${actor}`;

/** Faults and falsified signals inside a plant. Network writes use `write`. */
export type PlantAction =
  /** The controller and all clients receive `value` instead of the sensor's. */
  | { readonly type: 'sensor-stuck'; readonly point: string; readonly value: number }
  | { readonly type: 'sensor-bias'; readonly point: string; readonly offset: number; readonly driftPerHour?: number }
  /** Noise of this standard deviation, in the point's unit, beside that of the sensor. */
  | { readonly type: 'sensor-noise'; readonly point: string; readonly deviation: number }
  /** The network repeatedly reads the last `lengthS` seconds of the points; the controller uses the true values. */
  | { readonly type: 'replay'; readonly points: readonly string[]; readonly lengthS: number }
  | { readonly type: 'release'; readonly point: string }
  /** A named act or disturbance of the plant, e.g. `analyser-calibration`, `alum-off`, `hydrant-flush`. */
  | { readonly type: 'act'; readonly name: string; readonly value?: number };

/** A plain object that JSON and structuredClone preserve bit for bit. */
export type PlantState = unknown;

/** A simulated plant: physics and controllers with a random seed, without sockets and wall clock. */
export interface Plant {
  readonly points: readonly PlantPoint[];
  /** Structure of its OPC UA server by companion specifications; without it, points are in folders of area and equipment. */
  readonly companion?: CompanionModel | undefined;
  /** Registers as served on the network, in engineering units, in the order of `points`; changed by `step`. */
  readonly registers: Float64Array;
  /** 1 if the signal of the register has failed. */
  readonly failed: Uint8Array;
  /** Plant time, ms UTC. */
  readonly time: number;
  /** Advances by whole seconds. */
  step(seconds: number): void;
  /** A network client's write to a writable point. @throws RangeError for a point that is not writable */
  write(point: number, value: number): void;
  act(action: PlantAction): void;
  /** A network client restarts a controller: its coils are off, its counters begin at 0. Absent if controllers refuse it. */
  restart?(controller: string): void;
  /** True process values by name, as ground truth; detectors never receive them. */
  truth(): Readonly<Record<string, number>>;
  /**
   * True values behind points, in their units: what an instrument without fault and falsification would show. Without points that no
   * instrument measures. Absent if the plant does not know them.
   */
  behind?(points: readonly string[]): Readonly<Record<string, number>>;
  save(): PlantState;
  restore(state: PlantState): void;
}

/** Start options of every plant. */
export interface PlantOptions {
  readonly seed: number;
  /** ms UTC */
  readonly startTime: number;
  /** Day of the year, 1 to 366, whose season the plant has at its start; that of `startTime` if absent. */
  readonly season?: number | undefined;
  /** Ordinary operator acts: `ordinary` as in a usual week, `calibration` with each act at least once in three days, `none`. */
  readonly life: 'ordinary' | 'calibration' | 'none';
  /** State that the plant continues, saved by one with the same options; by default it starts in normal operation. */
  readonly state?: PlantState;
}

/** Usual places of a plant on the ports of this machine. */
export interface PlantPorts {
  /** Controllers with their Modbus unit; devices of the example configuration have their names. */
  readonly controllers: readonly { readonly name: string; readonly unit: number; readonly port: number }[];
  /** Port of the OPC UA server; absent if the plant has none. */
  readonly opcua?: number | undefined;
}

/** A baseline that was learned from another plant of the same type. */
export interface ShippedBaseline {
  /** Compressed JSON. */
  readonly file: URL;
  /** Day of the year at which it was learned, and at which the lab's plant begins: a plant in another season has other values. */
  readonly season: number;
  /** Tags whose unusual episodes its review leaves undecided, so that their thresholds stay wide. */
  readonly undecided?: readonly string[] | undefined;
}

export interface PlantPlugin<Config = unknown> extends Plugin<Config> {
  /** Configuration of a monitor for this plant, at these ports: a file. */
  readonly example: URL;
  readonly ports: PlantPorts;
  /** Baseline of the example configuration that the first start of a lab uses, so that it need not learn. */
  readonly shipped?: ShippedBaseline | undefined;
  create(config: Config, options: PlantOptions, context: PluginContext): Promise<Plant>;
}
