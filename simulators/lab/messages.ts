import type { LabCampaign, LabStatus } from '../../src/core/lab.ts';
import type { Scenario } from '../../src/core/scenario.ts';

/** Start data of a simulator. */
export interface SimulatorConfig {
  readonly plant: string;
  readonly seed: number;
  /** ms UTC of plant time at the start. */
  readonly startTime: number;
  /** See `PlantOptions`. */
  readonly season?: number | undefined;
  readonly speed: number;
  readonly life: 'ordinary' | 'calibration' | 'none';
  /**
   * File that stores the plant between runs. A run continues the last one of the same plant and seed, so that a monitor sees no
   * jump of every level after a restart.
   */
  readonly keptIn?: string | undefined;
  /**
   * File that records the functions and services that each client has used on the servers; emptied at the start. None if omitted.
   */
  readonly requestsIn?: string | undefined;
  /** File or folder with scenarios that are played besides the shipped ones. */
  readonly scenariosIn?: string | undefined;
  /** Saved state with which to continue; its plant time becomes the start. */
  readonly state?: unknown;
  /** Modbus servers by controller; port 0 selects a free one. */
  readonly modbus: readonly {
    readonly controller: string;
    readonly unit: number;
    readonly host: string;
    readonly port: number;
  }[];
  readonly opcua?:
    | {
        readonly host: string;
        readonly port: number;
        readonly pkiDir: string;
        readonly users: readonly { readonly name: string; readonly passphrase: string }[];
      }
    | undefined;
  /** A mirror port of all these servers; port 0 selects a free one. */
  readonly tap?: { readonly host: string; readonly port: number } | undefined;
}

/** Addresses of a started simulator. */
export interface SimulatorAddresses {
  /** Port by controller. */
  readonly modbus: Readonly<Record<string, number>>;
  /** `certificate` is DER in base64. */
  readonly opcua?: { readonly endpoint: string; readonly certificate: string } | undefined;
  /** Port of the mirror port. */
  readonly tap?: number | undefined;
}

/** Calls of the simulator's process. */
export interface LabCalls {
  /** First call. */
  readonly open: {
    readonly args: SimulatorConfig;
    readonly result: {
      readonly addresses: SimulatorAddresses;
      readonly status: SimulatorStatus;
      readonly scenarios: readonly Scenario[];
      readonly campaigns: readonly LabCampaign[];
    };
  };
  /** Certificate of a client: DER in base64. */
  readonly trust: { readonly args: { readonly certificate: string }; readonly result: void };
  /** `why` is noted in the timeline if no user chose the speed. */
  readonly speed: { readonly args: { readonly speed: number; readonly why?: string | undefined }; readonly result: void };
  readonly start: { readonly args: { readonly scenario: string }; readonly result: void };
  readonly campaign: { readonly args: { readonly campaign: string }; readonly result: void };
  readonly stop: { readonly args: undefined; readonly result: void };
  readonly reset: { readonly args: undefined; readonly result: void };
}

/** Reports of the simulator's process without a call. The status comes before the result of the call that has changed it. */
export type LabEvent =
  | { readonly type: 'status'; readonly status: SimulatorStatus }
  | { readonly type: 'beat'; readonly beat: SimulatorBeat };

/** Status without the fields that the monitor's process adds: it measures which speeds the machine reaches. */
export type SimulatorStatus = Omit<LabStatus, 'speeds' | 'last'>;

/** Heartbeat, several times a second. */
export interface SimulatorBeat {
  /** Delay of the plant behind its clock, ms of plant time. */
  readonly behindMs: number;
  /** Processor time that the simulator has used since its start, ms. */
  readonly cpuMs: number;
}

/** Time between two beats, ms of machine time. */
export const beatEveryMs = 250;
