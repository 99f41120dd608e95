import type { DeviceHealthEvent } from '../../src/core/observation.ts';

const mostLatencies = 1024;

/** Counts the requests of a session, and summarises them periodically. */
export class HealthMeter {
  readonly #device: string;
  readonly #maxPerSecond: number;
  readonly #latencies = new Float64Array(mostLatencies);
  #answered = 0;
  #requests = 0;
  #bytes = 0;
  #skipped = 0;
  #errors = 0;
  #total = { requests: 0, errors: 0 };
  #sinceMs: number;
  #lastGoodMs: number;
  #last: DeviceHealthEvent;

  constructor(device: string, maxPerSecond: number, streamMs: number, machineMs: number) {
    this.#device = device;
    this.#maxPerSecond = maxPerSecond;
    this.#sinceMs = machineMs;
    this.#lastGoodMs = streamMs;
    const counts = { intervalMs: 0, requests: 0, errors: 0, bytes: 0, skipped: 0, budgetUsed: 0 };
    const latencies = { latencyMs: Number.NaN, latencyMaxMs: Number.NaN };
    this.#last = { type: 'device-health', time: streamMs, device, ...counts, ...latencies, ageMs: 0 };
  }

  /** Counts a request; `latencyMs` of machine time until its answer, NaN if there was none. */
  request(latencyMs: number, failed: boolean): void {
    this.#requests++;
    this.#total.requests++;
    if (failed) {
      this.#errors++;
      this.#total.errors++;
    }
    if (Number.isNaN(latencyMs)) return;
    this.#latencies[this.#answered % mostLatencies] = latencyMs;
    this.#answered++;
  }

  /** Totals since the session began. */
  get total(): { readonly requests: number; readonly errors: number } {
    return this.#total;
  }

  good(streamMs: number): void {
    this.#lastGoodMs = streamMs;
  }

  /**
   * Event for a changed poll factor. It contains no counts and begins no new interval. Undefined if the factor is as last
   * reported.
   */
  restretched(streamMs: number, stretch: number): DeviceHealthEvent | undefined {
    if ((this.#last.stretch ?? 1) === stretch) return undefined;
    const counts = { intervalMs: 0, requests: 0, errors: 0, bytes: 0, skipped: 0 };
    this.#last = { ...this.#last, ...counts, time: streamMs, ageMs: streamMs - this.#lastGoodMs, stretch };
    return this.#last;
  }

  /**
   * Event about the time since the last one.
   * @param bytes of the connection in both directions so far
   * @param skipped number of polls left out so far
   */
  report(streamMs: number, machineMs: number, bytes: number, skipped: number, stretch: number): DeviceHealthEvent {
    const latencies = this.#latencies.slice(0, Math.min(this.#answered, mostLatencies)).sort();
    const seconds = (machineMs - this.#sinceMs) / 1000;
    const event: DeviceHealthEvent = {
      type: 'device-health',
      time: streamMs,
      device: this.#device,
      intervalMs: machineMs - this.#sinceMs,
      requests: this.#requests,
      errors: this.#errors,
      bytes: bytes - this.#bytes,
      latencyMs: latencies[latencies.length >> 1] ?? Number.NaN,
      latencyMaxMs: latencies.at(-1) ?? Number.NaN,
      ageMs: streamMs - this.#lastGoodMs,
      budgetUsed: seconds > 0 ? Math.min(1, this.#requests / (seconds * this.#maxPerSecond)) : 0,
      skipped: skipped - this.#skipped,
      stretch,
    };
    this.#last = event;
    this.#sinceMs = machineMs;
    this.#bytes = bytes;
    this.#skipped = skipped;
    this.#answered = this.#requests = this.#errors = 0;
    return event;
  }
}
