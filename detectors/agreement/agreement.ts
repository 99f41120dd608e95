import type { Batch } from '../../src/core/batch.ts';
import type { Channel, Detector, DetectorSnapshot, DetectorTarget, Report } from '../../src/core/detector.ts';
import type { Explanation } from '../../src/core/finding.ts';
import { type Event, type Observation, timeOf } from '../../src/core/observation.ts';
import { addressesOn } from '../../src/core/tag.ts';
import type { WireReadingsEvent } from '../../src/core/wire.ts';
import { isRecord, mismatch } from '../../src/detector-kit/columns.ts';
import { hasValue } from '../../src/detector-kit/intake.ts';
import { compare } from './compare.ts';
import type { AgreementConfig } from './config.ts';
import { explainDifference } from './explain.ts';
import { Ledger } from './ledger.ts';
import { OwnReadings, ownClient } from './own-readings.ts';
import { Polls } from './polls.ts';
import { WaitingReadings } from './waiting.ts';

const version = 1;
/** Scans between the polls around a reading beyond which the tag counts as not polled. */
const gapScans = 3;

/**
 * Compares the values that devices send to other clients, as taps see them, with those that the monitor polls, and values that the monitor
 * polls over two connections with each other. One channel for each
 * device that answers, because a falsified connection usually concerns many tags. Surprise is the least of the last comparisons of a
 * tag and a client: a single late or torn reading is no difference.
 */
export class AgreementDetector implements Detector {
  readonly channels: readonly Channel[];
  readonly #config: AgreementConfig;
  readonly #target: DetectorTarget;
  readonly #channelOf = new Map<string, number>();
  readonly #judged: ReadonlySet<number>;
  readonly #polls = new Polls();
  readonly #ledger: Ledger;
  readonly #waiting = new WaitingReadings();
  readonly #own: OwnReadings;
  readonly #stretch = new Map<string, number>();
  /** Stream seconds per real second, and delay of the monitor, ms of stream time. */
  #speed = 1;
  #lateMs = 0;

  constructor(config: AgreementConfig, target: DetectorTarget) {
    this.#config = config;
    this.#target = target;
    this.#ledger = new Ledger(config.comparisons);
    this.#judged = new Set(target.watched.filter((tag) => target.tags.at(tag).kind !== 'text'));
    this.channels = target.devices.flatMap((device): Channel[] => {
      const tags = [...new Set(addressesOn(target.tags, device).map(([tag]) => tag))].filter((tag) => this.#judged.has(tag));
      return tags.length === 0 ? [] : [{ key: device, tags, area: '', equipment: '', device }];
    });
    this.channels.forEach(({ key }, index) => this.#channelOf.set(key, index));
    this.#own = new OwnReadings(target.tags, this.#judged, this.#channelOf);
    this.#followOwn();
  }

  learn(): void {}

  score(observation: Observation, report: Report): void {
    if (observation.kind === 'vector') return;
    const time = timeOf(observation);
    if (observation.kind === 'batch') this.#batch(observation.batch, time, report);
    else if (observation.event.type === 'wire-readings') this.#readings(observation.event);
    else this.#event(observation.event, report);
  }

  explain(channel: number): Explanation {
    const device = this.channels[channel]?.device ?? '';
    const entries = this.#ledger.of(channel);
    return explainDifference({ device, entries, score: (entry) => this.#ledger.score(entry), tags: this.#target.tags });
  }

  snapshot(): DetectorSnapshot {
    const running = {
      polls: this.#polls.save(),
      ledger: this.#ledger.save(),
      waiting: this.#waiting.save(),
      own: this.#own.save(),
      channels: this.channels.map(({ key }) => key),
      devices: [...this.#stretch.keys()],
      pace: Float64Array.of(this.#speed, this.#lateMs, ...this.#stretch.values()),
    };
    return { baseline: { detector: 'agreement', version }, running };
  }

  restore({ baseline, running }: DetectorSnapshot): void {
    if (!isRecord(baseline) || baseline['detector'] !== 'agreement' || baseline['version'] !== version)
      throw mismatch(`it was not made by detector agreement, version ${version}`);
    if (!isRecord(running)) throw mismatch('the running state of agreement is missing');
    const channels = Array.isArray(running['channels']) ? running['channels'] : [];
    if (channels.join('\n') !== this.channels.map(({ key }) => key).join('\n')) throw mismatch('it is of other devices');
    this.#polls.load(running['polls']);
    this.#ledger.load(running['ledger']);
    this.#waiting.load(running['waiting']);
    this.#own.load(running['own']);
    this.#followOwn();
    this.#stretch.clear();
    const [speed = 1, lateMs = 0, ...stretches] = running['pace'] as Float64Array;
    (running['devices'] as string[]).forEach((device, i) => this.#stretch.set(device, stretches[i] ?? 1));
    this.#speed = speed;
    this.#lateMs = lateMs;
  }

  #batch(batch: Batch, now: number, report: Report): void {
    if (this.#polls.size === 0) return;
    const compared = new Set<number>();
    for (let row = 0; row < batch.length; row++) {
      const tag = batch.tag[row] as number;
      const [value, time] = [batch.value[row] as number, batch.receiveTime[row] as number];
      const isKnown = hasValue(batch, row) && Number.isFinite(value);
      if (isKnown) for (const other of this.#own.read(tag)) this.#waiting.add({ ...other, client: ownClient, time, value });
      if (!this.#polls.has(tag)) continue;
      if (!isKnown) this.#lose(new Set([tag]));
      else {
        this.#polls.take(tag, time, value);
        this.#compareWaiting(tag, now, compared);
        this.#own.poll(tag);
      }
    }
    if (compared.size === 0) return;
    const worst = this.#ledger.worst();
    for (const channel of compared) report(channel, now, worst.get(channel) ?? 0);
  }

  #readings({ ends: { device, client }, readings, time }: WireReadingsEvent): void {
    const channel = this.#channelOf.get(device ?? '');
    if (channel === undefined) return;
    for (const { tag, value } of readings) {
      if (!this.#judged.has(tag) || !Number.isFinite(value)) continue;
      this.#polls.follow(tag);
      this.#waiting.add({ channel, tag, client, time, value });
    }
  }

  #event(event: Event, report: Report): void {
    switch (event.type) {
      case 'device':
        if (event.state !== 'up') this.#lose(new Set(this.#target.tags.ofDevice(event.device)));
        return;
      case 'device-health':
        if ((event.stretch ?? 1) >= 1) this.#stretch.set(event.device, event.stretch ?? 1);
        return;
      case 'punctuality':
        if (event.speed >= 1 && Number.isFinite(event.speed)) this.#speed = event.speed;
        if (event.lateMs >= 0 && Number.isFinite(event.lateMs)) this.#lateMs = event.lateMs;
        return;
      case 'tick':
        this.#ledger.expire(event.time);
        for (const [channel, score] of this.#ledger.worst()) report(channel, event.time, score);
        return;
      default:
    }
  }

  #followOwn(): void {
    for (const tag of this.#own.tags) this.#polls.follow(tag);
  }

  #lose(tags: ReadonlySet<number>): void {
    for (const tag of tags) {
      this.#polls.lose(tag);
      this.#waiting.lose(tag);
    }
    this.#ledger.lose(tags);
  }

  /** Compares the readings of a tag that have a later poll by now. */
  #compareWaiting(index: number, now: number, compared: Set<number>): void {
    const tag = this.#target.tags.at(index);
    const slackMs = this.#config.delayMs * this.#speed + this.#lateMs;
    const gapMs = gapScans * tag.scanMs * (this.#stretch.get(tag.device) ?? 1) + 2 * slackMs;
    this.#waiting.settle(index, (reading) => {
      const around = this.#polls.around(index, reading.time, slackMs, gapMs);
      if (around === 'wait') return false;
      if (around === undefined) return true;
      this.#ledger.add(reading, compare(reading.value, around, tag), around.values.at(-1) ?? Number.NaN, now);
      compared.add(reading.channel);
      return true;
    });
  }
}
