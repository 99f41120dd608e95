import type { Batch } from './batch.ts';
import type { WireEvent } from './wire.ts';

/** Something that happened, rather than a value. `time` is stream time, ms UTC. */
export type Event =
  | { readonly type: 'tick'; readonly time: number }
  /** `begin` opens a calibration, `pass` starts the next pass over the same running, `end` lets the detector finish its baseline. */
  | {
      readonly type: 'calibration';
      readonly time: number;
      readonly phase: 'begin' | 'pass' | 'end';
      readonly pass: number;
      /** Stream time that the whole calibration covers, ms: a fold sees a part of it, and must still choose the same model. */
      readonly spanMs?: number | undefined;
    }
  | DeviceStateEvent
  | DeviceHealthEvent
  | {
      readonly type: 'poll-failed';
      readonly time: number;
      readonly device: string;
      readonly code: string;
      readonly message: string;
      readonly tags: readonly number[];
    }
  | {
      readonly type: 'identity';
      readonly time: number;
      readonly device: string;
      readonly identity: Readonly<Record<string, string>>;
      /** Previous identity, if it changed. */
      readonly previous?: Readonly<Record<string, string>> | undefined;
    }
  | PostureEvent
  | DeviceAlarmEvent
  | ClockEvent
  | PunctualityEvent
  | WireEvent
  /** These tags are out of service from now on, and no others: nothing of them is to be learned. */
  | { readonly type: 'maintenance'; readonly time: number; readonly tags: readonly number[]; readonly text: string }
  /** Samples whose source time was not after the last one: kept in the historian, not scored. */
  | { readonly type: 'late-samples'; readonly time: number; readonly device: string; readonly count: number }
  /** Samples whose source time could not be right: kept under their receive time, with the quality `UncertainTimestamp`. */
  | { readonly type: 'source-times'; readonly time: number; readonly device: string; readonly count: number }
  | { readonly type: 'dropped'; readonly time: number; readonly queue: string; readonly count: number };

/** A device's connection changed. */
export interface DeviceStateEvent {
  readonly type: 'device';
  readonly time: number;
  readonly device: string;
  readonly state: DeviceState;
  readonly reason: string;
}

/**
 * Something about a device other than its values is not as it was when the monitor first saw it, or is about to matter:
 * `server-state`, `start-time`, `sessions`, `namespaces`, `endpoints`, `address-space`, `certificate`, `own-certificate` …
 */
export interface PostureEvent {
  readonly type: 'posture';
  readonly time: number;
  readonly device: string;
  readonly subject: string;
  readonly before: string;
  readonly after: string;
  /** One sentence. */
  readonly text: string;
  /** `note`: kept as a fact; `warning`: a person should know; `alarming`: what an attack looks like. */
  readonly weight: 'note' | 'warning' | 'alarming';
}

/** An alarm condition of the device (OPC 10000-9), from its notifications. */
export interface DeviceAlarmEvent {
  readonly type: 'device-alarm';
  readonly time: number;
  readonly device: string;
  readonly source: string;
  readonly condition: string;
  readonly active: boolean;
  readonly acknowledged: boolean;
  /** 1–1000 */
  readonly severity: number;
  readonly message: string;
}

/**
 * A clock is not where it should be: the monitor's own was stepped (no device), or a device's differs from it. A session yields one
 * for each time that it asked its device, however little they differ; the supervisor passes on what is new.
 */
export interface ClockEvent {
  readonly type: 'clock';
  readonly time: number;
  /** Undefined for the monitor's own clock. */
  readonly device?: string | undefined;
  /** By how much, ms: positive when the clock was set forward, or the device's is ahead of ours. */
  readonly offsetMs: number;
}

/**
 * How late the monitor is. Emitted when that changes, so that detectors, back-tests and replays see the same. While the monitor is late,
 * what it misses is its own fault and not a device's.
 */
export interface PunctualityEvent {
  readonly type: 'punctuality';
  readonly time: number;
  /** Delay of the monitor or of the lab's clock, ms of stream time; 0 while it is on time. */
  readonly lateMs: number;
  /**
   * Time that detectors of silence grant beyond their own bounds, ms of stream time. Finite however late the monitor is: a device that
   * fails meanwhile is still found. In a lab it is never 0: its devices share the machine and answer in real time.
   */
  readonly allowMs: number;
  /** Stream seconds per real second: what a device is given in real time lasts so much longer in stream time. 1 outside of a lab. */
  readonly speed: number;
  /** Late parts; empty if none is late. */
  readonly cause: string;
}

/** `connecting` before the first success, `up`, `silent` (open, but no answers), `down` (no connection). */
export type DeviceState = 'connecting' | 'up' | 'silent' | 'down';

/** Health of a device over the last interval, and the load of the monitor on it. */
export interface DeviceHealthEvent {
  readonly type: 'device-health';
  readonly time: number;
  readonly device: string;
  /** 0 of an event that reports a changed `stretch` alone. Of the machine's time, which is what the device sees however fast plant time runs; for a capture file of the time of its packets. */
  readonly intervalMs: number;
  readonly requests: number;
  readonly errors: number;
  /** Bytes in both directions. */
  readonly bytes: number;
  /** Median and longest time to an answer, ms; NaN if there was none. */
  readonly latencyMs: number;
  readonly latencyMaxMs: number;
  /** Since the last good sample, ms. */
  readonly ageMs: number;
  /** Share of the device's request budget that was used, 0–1. */
  readonly budgetUsed: number;
  /** Polls that were left out because earlier ones took too long. */
  readonly skipped?: number | undefined;
  /** Each tag is read at so many times its period, because the device is slow or busy; 1 when it is not. */
  readonly stretch?: number | undefined;
}

/** A row of a detector group: the last value of each of its tags at one instant, made by the aligner. */
export interface Vector {
  readonly group: string;
  /** ms UTC */
  readonly time: number;
  /** One value per tag of the group, in the group's order; NaN where masked. */
  readonly value: Float64Array;
  /** Age of each value, ms. */
  readonly age: Float64Array;
  /** 1 where the value is too old, bad or missing. */
  readonly mask: Uint8Array;
}

/** All that a detector may see, in order. */
export type Observation =
  | {
      readonly kind: 'batch';
      readonly batch: Batch;
      /** The machine's monotonic time at which it was received, ms: what lies between two batches, whatever was done to the clock. */
      readonly monotonic?: number;
    }
  | { readonly kind: 'event'; readonly event: Event }
  | { readonly kind: 'vector'; readonly vector: Vector };

export const observeBatch = (batch: Batch): Observation => ({ kind: 'batch', batch });
export const observeEvent = (event: Event): Observation => ({ kind: 'event', event });

/** Stream time of an observation, ms UTC: when the monitor received it. */
export function timeOf(observation: Observation): number {
  switch (observation.kind) {
    case 'batch': {
      const { receiveTime, length } = observation.batch;
      return length === 0 ? Number.NaN : (receiveTime[length - 1] as number);
    }
    case 'event':
      return observation.event.time;
    case 'vector':
      return observation.vector.time;
  }
}
