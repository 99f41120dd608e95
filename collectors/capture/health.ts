import type { Clock } from '../../src/core/clock.ts';
import type { DeviceHealthEvent } from '../../src/core/observation.ts';
import type { Metric, Metrics } from '../../src/core/metrics.ts';
import type { Tap } from './tap.ts';

/** Interval of a tap's health reports, ms of stream time. */
export const healthMs = 10_000;

export const tapFigures: Metric = {
  type: 'gauge',
  name: 'scadawatch_tap_figures',
  help: 'Counts of a network tap since its start, by name.',
  labels: ['device', 'figure'],
};

/**
 * Creates a tap's `device-health` events. A tap sends no requests, so that they contain only bytes and the age of the last
 * packet.
 */
export class TapHealth {
  readonly #device: string;
  readonly #metrics: Metrics;
  readonly #machine: Clock | undefined;
  #since: number | undefined;
  #reportedAt: number;
  #bytes = 0;

  /** @param machine clock for the byte rate of a live capture; undefined for a file, whose rate follows the packet times */
  constructor(device: string, metrics: Metrics, machine: Clock | undefined) {
    this.#device = device;
    this.#metrics = metrics;
    this.#machine = machine;
    this.#reportedAt = machine?.monotonic() ?? Number.NaN;
  }

  /** Report if one is due. */
  due(tap: Tap): DeviceHealthEvent | undefined {
    this.#since ??= tap.time;
    return tap.time - this.#since < healthMs ? undefined : this.report(tap);
  }

  /** Report on the time since the last one. Also updates the tap's metrics. */
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
    for (const [figure, value] of tap.figures()) this.#metrics.set(tapFigures, value, { device: this.#device, figure });
    return event;
  }
}
