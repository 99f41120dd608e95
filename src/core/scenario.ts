import type { MaintenancePlace } from './maintenance.ts';
import { opcuaDevice, type PlantAction } from './plant.ts';

/** Most connections that an actor holds. */
export const mostHeldConnections = 1_000;

/** Act of a scenario. Network acts use real protocol clients on real sockets. */
export type ScenarioAct =
  | {
      readonly type: 'modbus-write';
      readonly controller: string;
      readonly point: string;
      readonly value: number;
      /** Whose address the client has; that of its actor if omitted. */
      readonly addressOf?: 'operator' | undefined;
    }
  | {
      readonly type: 'opcua-write';
      readonly point: string;
      readonly value: number;
      /** Whose certificate and key the client has; its own if omitted. */
      readonly certificateOf?: 'operator' | undefined;
      /** Whose address the client has; that of its actor if omitted. */
      readonly addressOf?: 'operator' | undefined;
    }
  /** Reads the identity, and reads addresses `from`–`to` of the holding and input tables in blocks. */
  | { readonly type: 'modbus-scan'; readonly controller: string; readonly from: number; readonly to: number }
  /** Opens connections that send nothing, and holds them until the scenario ends. The client of the actor stays connected beside them. */
  | { readonly type: 'modbus-connect'; readonly controller: string; readonly connections: number }
  /** Restarts a controller by the diagnostics function, as a maintenance tool does. */
  | { readonly type: 'modbus-restart'; readonly controller: string }
  /** Drops the replies of a controller to everybody but the actor until the scenario ends. Requests reach it, and connections stay open. */
  | { readonly type: 'modbus-block'; readonly controller: string }
  /** The display of the operator station polls points of a controller until the scenario ends, or until it is blanked. */
  | { readonly type: 'modbus-display'; readonly controller: string; readonly points: readonly string[] }
  /** Removes a controller from the display of the operator station, which then polls it no longer. */
  | { readonly type: 'modbus-blank'; readonly controller: string }
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

/** Announced work on a part of the plant: a window of maintenance that opens when the scenario begins. */
export interface ScenarioMaintenance {
  readonly place: MaintenancePlace;
  /** Plant seconds for which the window is open. */
  readonly lastsS: number;
  /** Work order, as the monitor records it. */
  readonly reason: string;
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

/** Comparison of one quantity of a simulated plant with a number. */
export interface PlantCondition {
  /** The condition as its author wrote it. */
  readonly text: string;
  /** A true value of the process, or a register as the network shows it. */
  readonly source: 'truth' | 'register';
  readonly name: string;
  /** `rises` and `falls` compare with the value right before the first hostile step. */
  readonly comparison: 'above' | 'below' | 'equal' | 'rises' | 'falls';
  /** In the unit of the quantity. */
  readonly value: number;
}

/** Test of what a scenario does to the process. Times are plant seconds after the start of the scenario. */
export interface PhysicalEffect extends PlantCondition {
  readonly fromS: number;
  readonly toS: number;
  /** True if the condition must hold in each second of the span, false if in one of them. */
  readonly throughout: boolean;
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
  /** The scenario has achieved its physical effect if all of these tests pass. */
  readonly effects?: readonly PhysicalEffect[] | undefined;
  readonly difficulty: 1 | 2 | 3;
  readonly durationS: number;
  /** Hints that the instructor can give to the participants, in this order. */
  readonly hints?: readonly string[] | undefined;
  /** The scenario ends before its duration as soon as one of these holds. */
  readonly stopWhen?: readonly PlantCondition[] | undefined;
  /** Random seed of a plant that is made for this scenario alone; a running plant keeps its own. */
  readonly seed?: number | undefined;
  /** Hours of the day, UTC, between which people begin such work; at any hour if undefined. A play begins within them. */
  readonly hours?: readonly [from: number, to: number] | undefined;
  /** Work orders of which the monitor is told at the start. */
  readonly maintenance?: readonly ScenarioMaintenance[] | undefined;
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

/** A step is hostile if it belongs to the attack or the fault: the process acts against the plant only in a fault. */
export const isHostile = (kind: Scenario['kind'], { actor }: Pick<ScenarioStep, 'actor'>): boolean =>
  actor === 'attacker' || (kind === 'fault' && actor === 'process');

/** Plant seconds from the start of a scenario to its first hostile step; to its first step if none is hostile. */
export function hostileStartS({ kind, steps, truth }: Scenario): number {
  const hostile = steps.find((step) => isHostile(kind, step));
  return hostile?.atS ?? truth[0]?.fromS ?? steps[0]?.atS ?? 0;
}

/** Devices that an attacker addresses on the network: an alert at one of them is at a right asset. */
export const attackedDevices = ({ steps }: Pick<Scenario, 'steps'>): readonly string[] =>
  steps.flatMap(({ actor, act }) => {
    if (actor !== 'attacker') return [];
    if (act.type === 'opcua-write') return [opcuaDevice];
    return 'controller' in act ? [act.controller] : [];
  });

/** A sub-technique matches its technique: `T1692.001` is a `T1692`. */
export const sameTechnique = (a: string, b: string): boolean => a === b || a.split('.')[0] === b || b.split('.')[0] === a;
