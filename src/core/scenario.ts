import type { PlantAction } from './plant.ts';

/** Act of a scenario. Network acts use real protocol clients on real sockets. */
export type ScenarioAct =
  | { readonly type: 'modbus-write'; readonly controller: string; readonly point: string; readonly value: number }
  | { readonly type: 'opcua-write'; readonly point: string; readonly value: number }
  /** Reads the identity, and reads addresses `from`–`to` of the holding and input tables in blocks. */
  | { readonly type: 'modbus-scan'; readonly controller: string; readonly from: number; readonly to: number }
  | { readonly type: 'plant'; readonly action: PlantAction };

export interface ScenarioStep {
  /** Plant seconds after the scenario's start. */
  readonly atS: number;
  readonly actor: 'attacker' | 'operator' | 'process';
  readonly act: ScenarioAct;
  /** Repeats with this period in plant seconds until `untilS`. */
  readonly everyS?: number;
  readonly untilS?: number;
  /** One line for the exercise's timeline. */
  readonly text: string;
}

/** Finding that the monitor is expected to raise. */
export interface ScenarioExpectation {
  /** The finding counts if it is on one of these equipments, names one of these tags, or concerns one of these devices. */
  readonly finding: {
    readonly equipment: readonly string[];
    readonly tags: readonly string[];
    /** Detectable only by a tap: without sockets it cannot be detected. */
    readonly devices?: readonly string[] | undefined;
  };
  /** Plant seconds after the first hostile step. */
  readonly withinS: number;
}

/** A script of faults, attacks and benign acts on a simulated plant, with random seed and ground truth. */
export interface Scenario {
  readonly id: string;
  readonly plant: string;
  readonly kind: 'attack' | 'fault' | 'benign';
  readonly title: string;
  readonly description: string;
  /** ATT&CK for ICS ids (v19.1). */
  readonly techniques: readonly string[];
  readonly physicalResult: string;
  readonly difficulty: 1 | 2 | 3;
  readonly durationS: number;
  /** Hours of the day, UTC, between which people begin such work; at any hour if undefined. A play begins within them. */
  readonly hours?: readonly [from: number, to: number] | undefined;
  readonly steps: readonly ScenarioStep[];
  /** Spans with an attack or a fault, plant seconds after the start. */
  readonly truth: readonly {
    readonly fromS: number;
    readonly toS: number;
    /** Tags that the attack falsifies or changes directly. */
    readonly tags: readonly string[];
    /** Equipment of these tags, and equipment with consequences: an alert there is true. */
    readonly equipment: readonly string[];
  }[];
  /** Undefined if nothing may be raised (benign), or if the inputs of the scenario do not show the attack. */
  readonly expect?: ScenarioExpectation | undefined;
}
