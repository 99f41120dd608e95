import type { Clock } from '../../src/core/clock.ts';
import type { DeviceHealthEvent } from '../../src/core/observation.ts';
import type { Metrics } from '../../src/core/plugin.ts';
import type { Tap } from './tap.ts';

/** So often a tap says what it saw, ms of stream time. */
export const healthMs = 10_000;

/** A tap's `device-health`: it asks nobody, so that bytes and the age of the last packet are all there is to tell. */
export class TapHealth {
  readonly #device: string;
  readonly #metrics: Metrics;
  readonly #machine: Clock | undefined;
  #since: number | undefined;
  #reportedAt: number;
  #bytes = 0;

  /** @param machine by which bytes are told of what is seen as it happens; of a file they are told by the time of its packets */
  constructor(device: string, metrics: Metrics, machine: Clock | undefined) {
    this.#device = device;
    this.#metrics = metrics;
    this.#machine = machine;
    this.#reportedAt = machine?.monotonic() ?? Number.NaN;
  }

  /** The report if one is due. */
  due(tap: Tap): DeviceHealthEvent | undefined {
    this.#since ??= tap.time;
    return tap.time - this.#since < healthMs ? undefined : this.report(tap);
  }

  /** The report on what came since the last one; what the tap has counted goes to the metrics. */
  report(tap: Tap): DeviceHealthEvent {
    const { time, bytes } = tap;
    const now = this.#machine?.monotonic();
    const event: DeviceHealthEvent = {
      type: 'device-health',
      time,
      device: this.#device,
      intervalMs: now === undefined ? time - (this.#since ?? time) : now - this.#reportedAt,
      requests: 0,
      errors: 0,
      bytes: bytes - this.#bytes,
      latencyMs: Number.NaN,
      latencyMaxMs: Number.NaN,
      ageMs: time - tap.lastPacketTime,
      budgetUsed: 0,
    };
    this.#since = time;
    if (now !== undefined) this.#reportedAt = now;
    this.#bytes = bytes;
    for (const [name, value] of tap.figures()) this.#metrics.set(`collector.${this.#device}.${name}`, value);
    return event;
  }
}
