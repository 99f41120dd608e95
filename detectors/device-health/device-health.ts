import type { Channel, Detector, DetectorSnapshot, DetectorTarget, Fact, Json, Report } from '../../src/core/detector.ts';
import { ScadaError } from '../../src/core/errors.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { DeviceHealthEvent, DeviceStateEvent, Event, Observation } from '../../src/core/observation.ts';
import { Columns, isRecord, mismatch } from '../../src/detector-kit/columns.ts';
import { amendLine, column, factOf, type BaselineLine } from '../../src/detector-kit/facts.ts';
import { raise } from '../../src/detector-kit/grade.ts';
import { explainDevice, type Trouble } from './explain.ts';

export interface DeviceHealthConfig {
  readonly silentMs: number;
  readonly connectingMs: number;
  readonly errorShare: number;
  readonly latencyFactor: number;
  readonly latencyMs: number;
}

/** Number of reports of a device over which the share of failed requests is averaged, exponentially. */
const errorReports = 3;
/** Minimum number of requests in a report for an error share. */
const fewestRequests = 5;
const version = 1;

const isTime = (ms: number): boolean => Number.isFinite(ms) && ms >= 0;

/**
 * Judges the availability of devices by configured limits. One channel for each device, so that a failed device is one finding.
 * The score is the time without an answer, the share of failed requests or the latency, each in units of its limit; the largest
 * counts.
 */
export class DeviceHealthDetector implements Detector {
  readonly channels: readonly Channel[];
  readonly #config: DeviceHealthConfig;
  readonly #devices: readonly string[];
  readonly #baseline: Columns;
  readonly #slowest: Float64Array;
  readonly #running: Columns;
  /** ms UTC of the last event of a healthy device; NaN while it is up. */
  readonly #awaySince: Float64Array;
  /** 1 while the device has not answered since the start. */
  readonly #connecting: Float64Array;
  /** Quality of the values of a device that answers with bad ones alone; NaN if it does not. */
  readonly #quality: Float64Array;
  readonly #errorShare: Float64Array;
  readonly #latencyMs: Float64Array;
  readonly #time: Float64Array;
  /** True if the monitor is late: it may itself be the cause of slow and missing answers. */
  #isLate = false;
  /** 1 if the next report covers a time in which the monitor was late. */
  readonly #tainted: Uint8Array;
  /** Addition to the time limit because the monitor itself may be late, ms. */
  #allowMs = 0;
  /** Stream seconds per real second: the limits of a device are in real seconds. */
  #speed = 1;

  constructor(config: DeviceHealthConfig, target: DetectorTarget) {
    this.#config = config;
    this.#devices = target.devices;
    this.channels = this.#devices.map((device) => ({
      key: device,
      tags: target.tags.ofDevice(device),
      area: '',
      equipment: '',
      device,
    }));
    this.#baseline = new Columns(this.#devices.length);
    this.#slowest = this.#baseline.add('latencyMs');
    this.#running = new Columns(this.#devices.length);
    this.#awaySince = this.#running.add('awaySince', 1, Number.NaN);
    this.#connecting = this.#running.add('connecting');
    this.#quality = this.#running.add('quality', 1, Number.NaN, true);
    this.#errorShare = this.#running.add('errorShare');
    this.#latencyMs = this.#running.add('latencyMs');
    this.#time = this.#running.add('time', 1, Number.NaN);
    this.#tainted = new Uint8Array(this.#devices.length);
  }

  learn(observation: Observation): void {
    if (observation.kind !== 'event') return;
    const { event } = observation;
    if (event.type === 'calibration' && event.phase === 'begin') this.#baseline.clear();
    if (event.type !== 'device-health') return;
    const channel = this.#devices.indexOf(event.device);
    if (channel >= 0 && isTime(event.latencyMs)) raise(this.#slowest, channel, event.latencyMs);
  }

  score(observation: Observation, report: Report): void {
    if (observation.kind === 'event') this.#take(observation.event, report);
  }

  #take(event: Event, report: Report): void {
    if (event.type === 'punctuality') {
      this.#isLate = event.lateMs > 0;
      if (this.#isLate) this.#tainted.fill(1);
      this.#allowMs = isTime(event.allowMs) ? event.allowMs : 0;
      this.#speed = event.speed >= 1 ? event.speed : 1;
    } else if (event.type === 'tick') {
      for (let channel = 0; channel < this.#devices.length; channel++) this.#judge(channel, event.time, report);
    } else if (event.type === 'device') {
      const channel = this.#devices.indexOf(event.device);
      if (channel >= 0) this.#enter(channel, event);
      if (channel >= 0) this.#judge(channel, event.time, report);
    } else if (event.type === 'device-health') {
      const channel = this.#devices.indexOf(event.device);
      if (channel >= 0) this.#note(channel, event);
      if (channel >= 0) this.#judge(channel, event.time, report);
    }
  }

  #enter(channel: number, { state, time, quality }: DeviceStateEvent): void {
    if (state !== 'silent') this.#quality[channel] = Number.NaN;
    if (state === 'up') {
      this.#awaySince[channel] = Number.NaN;
      this.#connecting[channel] = 0;
      return;
    }
    if (quality !== undefined) {
      // it has answered
      this.#quality[channel] = quality;
      this.#connecting[channel] = 0;
    }
    if (Number.isNaN(this.#awaySince[channel])) {
      this.#awaySince[channel] = time;
      this.#connecting[channel] = state === 'connecting' ? 1 : 0;
    }
    this.#errorShare[channel] = 0;
    this.#latencyMs[channel] = 0;
  }

  #note(channel: number, { requests, errors, latencyMs }: DeviceHealthEvent): void {
    // a report without requests only announces a changed poll factor
    if (this.#isLate || requests === 0) return;
    if (this.#tainted[channel] === 1) {
      this.#tainted[channel] = 0;
      return;
    }
    const failed = errors / requests;
    if (requests >= fewestRequests && failed >= 0) {
      const share = this.#errorShare[channel] as number;
      this.#errorShare[channel] = share + (Math.min(1, failed) - share) / errorReports;
    }
    if (isTime(latencyMs)) this.#latencyMs[channel] = latencyMs;
  }

  #judge(channel: number, time: number, report: Report): void {
    this.#time[channel] = time;
    const score = Math.max(this.#silence(channel), this.#errors(channel), this.#latency(channel));
    if (Number.isFinite(score)) report(channel, time, score);
  }

  #silence(channel: number): number {
    const ms = (this.#time[channel] as number) - (this.#awaySince[channel] as number) - this.#allowMs;
    const bound = this.#connecting[channel] === 1 ? this.#config.connectingMs : this.#config.silentMs;
    return ms > 0 ? ms / (bound * this.#speed) : 0;
  }

  #errors(channel: number): number {
    return (this.#errorShare[channel] as number) / this.#config.errorShare;
  }

  #latency(channel: number): number {
    const usual = this.#slowest[channel] as number;
    if (!(usual > 0)) return 0;
    return (this.#latencyMs[channel] as number) / Math.max(this.#config.latencyMs, this.#config.latencyFactor * usual);
  }

  explain(channel: number): Explanation {
    const scores: Record<Trouble, number> = {
      silent: this.#silence(channel),
      errors: this.#errors(channel),
      slow: this.#latency(channel),
    };
    const most = Math.max(...Object.values(scores));
    const trouble = (['silent', 'errors', 'slow'] as const).find((name) => scores[name] === most) ?? 'silent';
    return explainDevice(most > 0 ? trouble : 'none', {
      device: this.#devices[channel] ?? '',
      awayMs: (this.#time[channel] as number) - (this.#awaySince[channel] as number),
      neverAnswered: this.#connecting[channel] === 1,
      quality: this.#quality[channel] as number,
      errorShare: this.#errorShare[channel] as number,
      latencyMs: this.#latencyMs[channel] as number,
      usualMs: this.#slowest[channel] as number,
    });
  }

  facts(): readonly Fact[] {
    return this.#devices.flatMap((key, channel) => (this.#knows(channel) ? [factOf(key, channel, this.#line())] : []));
  }

  amend(device: string, name: string, figures: Readonly<Record<string, number>>): void {
    const channel = this.#devices.indexOf(device);
    if (name !== '' || !this.#knows(channel))
      throw new ScadaError('config', 'INPUT_INVALID', `device-health has no such baseline entry of ${device}`);
    amendLine(this.#line(), channel, figures);
  }

  #knows(channel: number): boolean {
    return (this.#slowest[channel] ?? 0) > 0;
  }

  /** Entry for the largest median latency. */
  #line(): BaselineLine {
    return { name: '', unit: 's', figures: { slowest: column(this.#slowest, { above: 0, per: 1_000 }) } };
  }

  snapshot(): DetectorSnapshot {
    const devices: Record<string, Json> = {};
    this.#devices.forEach((device, channel) => (devices[device] = this.#baseline.toJson(channel) ?? {}));
    return { baseline: { detector: 'device-health', version, devices }, running: this.#save() };
  }

  #save(): unknown {
    return {
      devices: this.#running.save(),
      tainted: this.#tainted.slice(),
      isLate: this.#isLate,
      allowMs: this.#allowMs,
      speed: this.#speed,
    };
  }

  restore({ baseline, running }: DetectorSnapshot): void {
    if (!isRecord(baseline) || baseline['detector'] !== 'device-health' || baseline['version'] !== version)
      throw mismatch(`it was not made by detector device-health, version ${version}`);
    const devices = isRecord(baseline['devices']) ? baseline['devices'] : {};
    const known = Object.keys(devices);
    const odd = known.find((name) => !this.#devices.includes(name)) ?? this.#devices.find((name) => !known.includes(name));
    if (odd !== undefined) throw mismatch(`device ${odd} is not in both`);
    this.#devices.forEach((device, channel) => {
      const entry = devices[device];
      this.#baseline.fromJson(channel, isRecord(entry) && Object.keys(entry).length > 0 ? entry : undefined);
    });
    const state = isRecord(running) ? running : {};
    // until 0.1.0 only the columns were stored
    this.#running.load('devices' in state ? state['devices'] : running);
    if (state['tainted'] instanceof Uint8Array) this.#tainted.set(state['tainted']);
    this.#isLate = state['isLate'] === true;
    this.#allowMs = typeof state['allowMs'] === 'number' ? state['allowMs'] : 0;
    this.#speed = typeof state['speed'] === 'number' ? state['speed'] : 1;
  }
}
