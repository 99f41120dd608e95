import type { DeviceHealthEvent } from '../../src/core/observation.ts';
import type { Metrics } from '../../src/core/plugin.ts';
import type { Tap } from './tap.ts';

/** So often a tap says what it saw, ms of stream time. */
export const healthMs = 10_000;

/** A tap's `device-health`: it asks nobody, so that bytes and the age of the last packet are all there is to tell. */
export class TapHealth {
  readonly #device: string;
  readonly #metrics: Metrics;
  #since: number | undefined;
  #bytes = 0;

  constructor(device: string, metrics: Metrics) {
    this.#device = device;
    this.#metrics = metrics;
  }

  /** The report if one is due. */
  due(tap: Tap): DeviceHealthEvent | undefined {
    this.#since ??= tap.time;
    return tap.time - this.#since < healthMs ? undefined : this.report(tap);
  }

  /** The report on what came since the last one; what the tap has counted goes to the metrics. */
  report(tap: Tap): DeviceHealthEvent {
    const { time, bytes } = tap;
    const event: DeviceHealthEvent = {
      type: 'device-health',
      time,
      device: this.#device,
      intervalMs: time - (this.#since ?? time),
      requests: 0,
      errors: 0,
      bytes: bytes - this.#bytes,
      latencyMs: Number.NaN,
      latencyMaxMs: Number.NaN,
      ageMs: time - tap.lastPacketTime,
      budgetUsed: 0,
    };
    this.#since = time;
    this.#bytes = bytes;
    for (const [name, value] of tap.figures()) this.#metrics.set(`collector.${this.#device}.${name}`, value);
    return event;
  }
}
