import type { Channel, Detector, DetectorSnapshot, DetectorTarget, Report } from '../../src/core/detector.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { DeviceAlarmEvent, Event, Observation } from '../../src/core/observation.ts';
import { isRecord, mismatch } from '../../src/detector-kit/columns.ts';
import { Cases, type Kind, kinds } from './cases.ts';
import type { PostureConfig } from './config.ts';
import { explainNormal, explainCase } from './explain.ts';
import { ofClock, ofIdentity, ofPosture, ofRestarts, type Reading } from './readings.ts';

const version = 1;
/** Channel name of the monitor's own clock. */
const monitor = 'monitor';
/** Restarts within this time belong together, ms. */
const restartSpanMs = 600_000;
/** Maximum number of stored restarts and active alarms of a device. */
const most = 256;

/** Stored state of one device. */
interface Remembered {
  /** Times of its restarts within the span, ms UTC. */
  readonly restarts: readonly number[];
  /** Severity of its active alarms, by source and condition, the oldest first. */
  readonly active: readonly (readonly [alarm: string, severity: number, message: string])[];
}

const nothing: Remembered = { restarts: [], active: [] };

/**
 * Judges devices by properties other than values: identity, security, address space, certificates, clocks, restarts. Each has a
 * fixed rule; there is one channel for each device and kind.
 */
export class PostureDetector implements Detector {
  readonly channels: readonly Channel[];
  readonly #config: PostureConfig;
  readonly #indexOf = new Map<string, number>();
  readonly #cases: Cases;
  readonly #remembered = new Map<string, Remembered>();

  constructor(config: PostureConfig, target: DetectorTarget) {
    this.#config = config;
    this.#cases = new Cases(config.holdMs);
    const channelOf = (device: string, kind: Kind): Channel => {
      const alarm = config.alarms[kind];
      const place = { key: keyOf(device, kind), tags: [], area: '', equipment: '', device };
      return alarm === undefined ? place : { ...place, alarm };
    };
    this.channels = [
      ...target.devices.flatMap((device) => kinds.map((kind) => channelOf(device, kind))),
      ...(target.devices.includes(monitor) ? [] : [channelOf(monitor, 'clock')]),
    ];
    this.channels.forEach(({ key }, index) => this.#indexOf.set(key, index));
  }

  learn(): void {}

  score(observation: Observation, report: Report): void {
    if (observation.kind !== 'event') return;
    const { event } = observation;
    if (event.type === 'tick') this.#pass(event.time, report);
    else this.#take(event, report);
  }

  explain(channel: number): Explanation {
    const { key = '', device = '' } = this.channels[channel] ?? {};
    const open = this.#cases.of(key);
    return open === undefined ? explainNormal(device) : explainCase(device, open);
  }

  snapshot(): DetectorSnapshot {
    const running = { cases: this.#cases.save(), remembered: structuredClone([...this.#remembered]) };
    return { baseline: { detector: 'posture', version }, running };
  }

  restore({ baseline, running }: DetectorSnapshot): void {
    if (!isRecord(baseline) || baseline['detector'] !== 'posture' || baseline['version'] !== version)
      throw mismatch(`it was not made by detector posture, version ${version}`);
    if (!isRecord(running) || !Array.isArray(running['remembered'])) throw mismatch('the running state of posture is missing');
    this.#cases.load(running['cases']);
    this.#remembered.clear();
    for (const [device, entry] of structuredClone(running['remembered']) as [string, Remembered][])
      this.#remembered.set(device, entry);
  }

  #take(event: Event, report: Report): void {
    switch (event.type) {
      case 'identity':
        this.#add(event.device, ofIdentity(event), event.time, report);
        return;
      case 'posture':
        if (event.subject === 'start-time') this.#restarted(event.device, event.time, report);
        else this.#add(event.device, ofPosture(event), event.time, report);
        return;
      case 'clock': {
        const { device, offsetMs, time } = event;
        // a number that is not finite carries no information
        if (!Number.isFinite(offsetMs)) return;
        const limit = device === undefined ? this.#config.stepMs : this.#config.skewMs;
        this.#cases.end(keyOf(device ?? monitor, 'clock'));
        this.#add(device ?? monitor, ofClock(device, offsetMs, limit), time, report);
        return;
      }
      case 'device-alarm':
        if (this.#config.mirror) this.#mirror(event, report);
        return;
      default:
    }
  }

  #add(device: string, reading: Reading | undefined, time: number, report: Report): void {
    if (reading === undefined) return;
    const key = keyOf(device, reading.kind);
    const channel = this.#indexOf.get(key);
    if (channel === undefined) return;
    const { kind: _, ...details } = reading;
    // an event below a finding must not lower the score of an open one
    if (reading.score >= 1) report(channel, time, this.#cases.add(key, details, time));
    else report(channel, time, Math.max(reading.score, this.#cases.scoreAt(key, time)));
  }

  #restarted(device: string, time: number, report: Report): void {
    if (!this.#indexOf.has(keyOf(device, 'restart'))) return;
    const known = this.#remembered.get(device) ?? nothing;
    const restarts = [...known.restarts.filter((at) => time - at <= restartSpanMs), time].slice(-most);
    this.#remembered.set(device, { ...known, restarts });
    this.#add(device, ofRestarts(device, restarts.length, this.#config.restarts), time, report);
  }

  /** The finding of a device's own alarms lasts as long as the most severe of them. */
  #mirror({ device, source, condition, active, severity, message, time }: DeviceAlarmEvent, report: Report): void {
    const key = keyOf(device, 'mirrored');
    if (!this.#indexOf.has(key) || (active && !Number.isFinite(severity))) return;
    const alarm = `${source} ${condition}`.trim();
    const known = this.#remembered.get(device) ?? nothing;
    const others = known.active.filter(([name]) => name !== alarm);
    const nowActive = active && severity >= this.#config.severity ? [...others, [alarm, severity, message] as const] : others;
    this.#remembered.set(device, { ...known, active: nowActive.slice(-most) });
    const worst = nowActive.toSorted(([, a], [, b]) => b - a)[0];
    this.#cases.end(key);
    const reading: Reading = {
      kind: 'mirrored',
      score: worst === undefined ? 0 : worst[1] / this.#config.severity,
      subject: worst?.[0] ?? '',
      text: `${device} reports its own alarm ${worst?.[0] ?? 'nothing'}: ${(worst?.[2] ?? '').replace(/\.$/, '')}${nowActive.length > 1 ? `, and ${nowActive.length - 1} more` : ''}`,
      techniques: [],
      lasts: true,
    };
    this.#add(device, reading, time, report);
  }

  #pass(time: number, report: Report): void {
    this.channels.forEach(({ key }, channel) => report(channel, time, this.#cases.scoreAt(key, time)));
  }
}

const keyOf = (device: string, kind: Kind): string => `${device}/${kind}`;
