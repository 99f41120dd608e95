import type { Batch } from './batch.ts';
import type { ReferenceEvent } from './reference.ts';
import type { WireEvent } from './wire.ts';

/** An event without a value. `time` is stream time, ms UTC. */
export type Event =
  | { readonly type: 'tick'; readonly time: number }
  | CanaryEvent
  /** `begin` opens a calibration, `pass` starts the next pass over the same data, `end` completes the baseline. */
  | {
      readonly type: 'calibration';
      readonly time: number;
      readonly phase: 'begin' | 'pass' | 'end';
      readonly pass: number;
      /** Stream time of the whole calibration, ms. A fold has a part of it, but must choose the same model. */
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
  | ReferenceEvent
  /** These tags, and no others, are out of service from now on: nothing of them is learned. */
  | { readonly type: 'maintenance'; readonly time: number; readonly tags: readonly number[]; readonly text: string }
  /** Samples whose source time was before that of the previous one of their tag: judged at the time of their receipt. */
  | { readonly type: 'late-samples'; readonly time: number; readonly device: string; readonly count: number }
  /** Samples with an impossible source time: stored under the receive time, with quality `UncertainTimestamp`. */
  | { readonly type: 'source-times'; readonly time: number; readonly device: string; readonly count: number }
  | { readonly type: 'dropped'; readonly time: number; readonly queue: string; readonly count: number };

/** A synthetic sample that proves the path of alerts. It is neither recorded nor judged by the detectors of the site. */
export interface CanaryEvent {
  readonly type: 'canary';
  readonly time: number;
  /** ms UTC of the machine's clock; identifies the canary. */
  readonly sampledAt: number;
  readonly value: number;
}

/** A device's connection changed. */
export interface DeviceStateEvent {
  readonly type: 'device';
  readonly time: number;
  readonly device: string;
  readonly state: DeviceState;
  readonly reason: string;
  /** Quality of the last value of a `silent` device that answers, but has no good value. */
  readonly quality?: number | undefined;
}

/**
 * A property of a device other than its values has changed since the monitor first read it, or needs attention soon:
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
  /** `note`: recorded fact. `warning`: needs the attention of a person. `alarming`: typical of an attack. */
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
 * A clock deviation: the monitor's own clock was stepped (no device), or a device's clock differs from it. A session emits one
 * per clock request of its device, for any difference. The supervisor passes on changes.
 */
export interface ClockEvent {
  readonly type: 'clock';
  readonly time: number;
  /** Undefined for the clock of the monitor. */
  readonly device?: string | undefined;
  /** Deviation, ms. Positive if the clock was set forward, or the device's clock is ahead of the monitor's. */
  readonly offsetMs: number;
}

/**
 * Delay of the monitor. Emitted on changes, so that detectors, backtests and replays receive the same. During a delay, missing
 * data are the monitor's fault, not a device's.
 */
export interface PunctualityEvent {
  readonly type: 'punctuality';
  readonly time: number;
  /** Delay of the monitor or of the lab's clock, ms of stream time; 0 while it is on time. */
  readonly lateMs: number;
  /**
   * Tolerance that detectors of missing data add to their own bounds, ms of stream time. It is bounded, so that a failed device
   * is detected during a delay. In a lab it is never 0: the devices share the machine and respond in real time.
   */
  readonly allowMs: number;
  /**
   * Stream seconds per real second; 1 outside of a lab. Timeouts of devices are in real time and last this many times longer in
   * stream time.
   */
  readonly speed: number;
  /** Late parts; empty if none is late. */
  readonly cause: string;
}

/** `connecting` before the first success, `up`, `silent` (open without replies), `down` (no connection). */
export type DeviceState = 'connecting' | 'up' | 'silent' | 'down';

/** Health of a device over the last interval, and the load that the monitor puts on it. */
export interface DeviceHealthEvent {
  readonly type: 'device-health';
  readonly time: number;
  readonly device: string;
  /**
   * Interval, ms; 0 for an event that only reports a changed `stretch`. In machine time, which the device experiences at any
   * speed of plant time. For a capture file in packet time.
   */
  readonly intervalMs: number;
  readonly requests: number;
  readonly errors: number;
  /** Bytes in both directions. */
  readonly bytes: number;
  /** Median and longest response time, ms; NaN if there was no response. */
  readonly latencyMs: number;
  readonly latencyMaxMs: number;
  /** Time since the last good sample, ms. */
  readonly ageMs: number;
  /** Used fraction of the device's request budget, 0–1. */
  readonly budgetUsed: number;
  /** Polls that were skipped because earlier ones took too long. */
  readonly skipped?: number | undefined;
  /** Factor by which scan periods are stretched because the device is slow or busy; 1 if they are not. */
  readonly stretch?: number | undefined;
}

/** A row of a detector group: the last value of each tag at one instant, made by the aligner. */
export interface Vector {
  readonly group: string;
  /** ms UTC */
  readonly time: number;
  /** One value per tag in the order of the group; NaN if masked. */
  readonly value: Float64Array;
  /** Age of each value, ms. */
  readonly age: Float64Array;
  /** 1 if the value is too old, bad or missing. */
  readonly mask: Uint8Array;
}

/** Place of an observation in stream time, which never goes back. Without one, its own times are in order. */
export interface Place {
  /** Stream time at which it was received, ms. */
  readonly at: number;
  /** Stream time minus the clock of the site, ms; 0 until that was set. */
  readonly aheadMs: number;
}

/** Input of detectors, in order. */
export type Observation =
  | {
      readonly kind: 'batch';
      readonly batch: Batch;
      /** Machine's monotonic receive time, ms. It measures the time between two batches independently of clock changes. */
      readonly monotonic?: number;
      /** `batch`: the samples with their stream times; absent if these are their own times. */
      readonly place?: (Place & { readonly batch?: Batch }) | undefined;
    }
  | { readonly kind: 'event'; readonly event: Event; readonly place?: (Place & { readonly event?: Event }) | undefined }
  | { readonly kind: 'vector'; readonly vector: Vector };

export const observeBatch = (batch: Batch): Observation => ({ kind: 'batch', batch });
export const observeEvent = (event: Event): Observation => ({ kind: 'event', event });

/** True for a canary, which is no observation of the plant. */
export const isCanary = (observation: Observation): boolean =>
  observation.kind === 'event' && observation.event.type === 'canary';

/** An observation as detectors see it: with stream times. */
export function inStreamTime(observation: Observation): Observation {
  if (observation.kind === 'vector' || observation.place === undefined) return observation;
  const { at, aheadMs } = observation.place;
  return observation.kind === 'batch'
    ? { kind: 'batch', batch: observation.place.batch ?? observation.batch, place: { at, aheadMs } }
    : { kind: 'event', event: observation.place.event ?? observation.event, place: { at, aheadMs } };
}

/** Stream time of an observation, ms UTC: that of its place, or its own time. */
export function streamTimeOf(observation: Observation): number {
  const time = timeOf(observation);
  return observation.kind === 'vector' || Number.isNaN(time) ? time : (observation.place?.at ?? time);
}

/** Own time of an observation, ms UTC: its receive time. */
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
