import type { Channel, Detector, DetectorSnapshot, DetectorTarget, Fact, Json, Report } from '../../src/core/detector.ts';
import { ScadaError } from '../../src/core/errors.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Event, Observation } from '../../src/core/observation.ts';
import { encrypted, type WireConnectionEvent, type WireEvent } from '../../src/core/wire.ts';
import { isRecord, mismatch } from '../../src/detector-kit/columns.ts';
import { amendLine, factOf } from '../../src/detector-kit/facts.ts';
import { Addresses } from './addresses.ts';
import { Cases } from './cases.ts';
import { paceMinutesOf, type TrafficConfig } from './config.ts';
import { explainNormal, explainCase } from './explain.ts';
import { Faults } from './faults.ts';
import { Habits } from './habits.ts';
import { bounded, type HabitLine, habitLines } from './lines.ts';
import { Memory } from './memory.ts';
import { PaceRules } from './pace.ts';
import { Requests } from './requests.ts';
import { Scans } from './scans.ts';
import { judgeSession } from './sessions.ts';
import { Permissions } from './permissions.ts';
import { type Kind, kinds, type Suspicion } from './suspicion.ts';

const version = 1;
/** Channel prefix of servers that are no device of the configuration. */
export const network = 'network';

/** Any event from a tap; the type guard of the detector's input. */
const isWire = (event: Event): event is WireEvent => event.type.startsWith('wire-');

const isEnd = ({ state }: WireConnectionEvent): boolean => state === 'closed' || state === 'reset';

/**
 * Judges network traffic by the configuration, by rules that need no learning, and by learned normal traffic. A channel for each
 * device and kind of finding.
 */
export class TrafficDetector implements Detector {
  readonly channels: readonly Channel[];
  readonly #target: DetectorTarget;
  readonly #paceMinutes: number;
  readonly #keys: readonly string[];
  readonly #places: readonly string[];
  readonly #placeOf = new Map<string, number>();
  readonly #habits: Habits;
  readonly #memory = new Memory();
  readonly #cases: Cases;
  readonly #permissions: Permissions;
  readonly #requests: Requests;
  readonly #scans: Scans;
  readonly #faults: Faults;
  readonly #pace: PaceRules;
  readonly #addresses: Addresses;

  constructor(config: TrafficConfig, target: DetectorTarget) {
    this.#target = target;
    this.#places = [...new Set([...target.devices, network])];
    this.#places.forEach((place, index) => this.#placeOf.set(place, index));
    const alarmed = (kind: Kind): Pick<Channel, 'alarm'> => {
      const alarm = config.alarms[kind];
      return alarm === undefined ? {} : { alarm };
    };
    this.channels = this.#places.flatMap((place) =>
      kinds.map((kind) => ({ key: `${place}/${kind}`, tags: [], area: '', equipment: '', device: place, ...alarmed(kind) })),
    );
    this.#keys = this.channels.map(({ key }) => key);
    this.#habits = new Habits(config.habits);
    this.#cases = new Cases(config.holdMs);
    this.#permissions = new Permissions(config, this.#habits);
    this.#requests = new Requests(config, this.#habits, this.#permissions);
    this.#scans = new Scans(config, this.#habits, this.#memory, this.#permissions, target.tags);
    this.#faults = new Faults(config, this.#habits, this.#memory);
    this.#addresses = new Addresses(config, this.#habits, this.#memory);
    this.#pace = new PaceRules(config, this.#habits, this.#memory);
    this.#paceMinutes = paceMinutesOf(config);
  }

  learn(observation: Observation): void {
    if (observation.kind !== 'event') return;
    const { event } = observation;
    if (isWire(event)) this.#habits.learn(event);
    if (event.type === 'punctuality') this.#habits.paces.setSpeed(event.speed);
    if (event.type !== 'calibration') return;
    if (event.phase === 'begin') this.#habits.clear();
    if (event.phase === 'end') this.#habits.endLearning(this.#paceMinutes);
  }

  score(observation: Observation, report: Report): void {
    if (observation.kind !== 'event') return;
    const { event } = observation;
    if (event.type === 'tick') this.#pass(event.time, report);
    else if (event.type === 'punctuality') {
      this.#memory.allowMs = event.allowMs >= 0 ? event.allowMs : 0;
      this.#memory.speed = event.speed >= 1 ? event.speed : 1;
    } else if (isWire(event)) this.#judge(event, report);
  }

  explain(channel: number): Explanation {
    const open = this.#cases.of(channel);
    if (open === undefined) return explainNormal(this.channels[channel]?.device ?? network);
    return explainCase(open, { tags: this.#target.tags, watchedMs: this.#habits.watchedMs, unlearned: this.#habits.unlearned });
  }

  facts(): readonly Fact[] {
    const lines = this.#lines();
    return this.#keys.flatMap((key, channel) => bounded(lines.get(channel) ?? []).map(({ line }) => factOf(key, channel, line)));
  }

  amend(key: string, name: string, figures: Readonly<Record<string, number>>): void {
    amendLine(this.#line(this.#lines(), key, name).line, this.#keys.indexOf(key), figures);
  }

  forget(refs: readonly { readonly channel: string; readonly name: string }[]): void {
    const lines = this.#lines();
    const found = refs.map(({ channel, name }) => this.#line(lines, channel, name));
    for (const { forget } of found) forget();
    this.#habits.unlearned += found.length;
  }

  /** Baseline entries by channel. */
  #lines(): ReadonlyMap<number, readonly HabitLine[]> {
    return Map.groupBy(habitLines(this.#habits, this.#paceMinutes), ({ kind, device }) => this.#channelOf(kind, device));
  }

  #line(lines: ReadonlyMap<number, readonly HabitLine[]>, key: string, name: string): HabitLine {
    const line = lines.get(this.#keys.indexOf(key))?.find((one) => one.line.name === name);
    if (line !== undefined) return line;
    throw new ScadaError('config', 'INPUT_INVALID', `traffic has no baseline entry ${name} of ${key}`, {
      hint: 'choose one of the listed entries; the entry of the others cannot be changed',
    });
  }

  snapshot(): DetectorSnapshot {
    const baseline: Json = { detector: 'traffic', version, ...this.#habits.toJson() };
    return { baseline, running: { memory: this.#memory.save(), cases: this.#cases.save(this.#keys), pace: this.#pace.save() } };
  }

  restore({ baseline, running }: DetectorSnapshot): void {
    if (!isRecord(baseline) || baseline['detector'] !== 'traffic' || baseline['version'] !== version)
      throw mismatch(`it was not made by detector traffic, version ${version}`);
    if (!isRecord(running)) throw mismatch('the running state of traffic is missing');
    this.#habits.fromJson(baseline);
    this.#memory.load(running['memory']);
    this.#cases.load(running['cases'], this.#keys);
    this.#pace.load(running['pace']);
  }

  #judge(event: WireEvent, report: Report): void {
    const { time } = event;
    const reportSuspicion = (suspicion: Suspicion | undefined): void => {
      // a count that is not finite carries no information
      if (suspicion === undefined || !(suspicion.score >= 0 && Number.isFinite(suspicion.score))) return;
      const channel = this.#channelOf(suspicion.kind, suspicion.ends.device);
      const score = this.#cases.add(channel, suspicion, time);
      if (score !== undefined) report(channel, time, score);
    };
    if (event.type === 'wire-loss') {
      reportSuspicion(this.#faults.loss(event));
      return;
    }
    const { ends, tap } = event;
    this.#pace.take(event, this.#memory.see(tap, time));
    const stranger = this.#permissions.judge(ends);
    // an end alone is no communication: the begin of the connection, or its first packet that was seen, has been judged
    const isOpen = (): boolean => this.#cases.scoreAt(this.#channelOf('client', ends.device), time) > 0;
    switch (event.type) {
      case 'wire-traffic':
        if (!(event.operation === '' && this.#memory.hasJustEnded(ends, time)) || isOpen())
          reportSuspicion(
            stranger === undefined || event.operation !== encrypted ? stranger : { ...stranger, operation: encrypted },
          );
        reportSuspicion(this.#requests.traffic(event, stranger));
        reportSuspicion(this.#scans.identity(event, stranger));
        reportSuspicion(this.#scans.goesOn(ends, time));
        return;
      case 'wire-connection':
        if (isEnd(event)) this.#memory.noteEnd(ends, time);
        if (!isEnd(event) || isOpen()) reportSuspicion(stranger);
        reportSuspicion(this.#faults.connection(event));
        return;
      case 'wire-write':
        reportSuspicion(this.#requests.write(event, stranger));
        return;
      case 'wire-session':
        reportSuspicion(judgeSession(event, this.#habits, this.#memory));
        return;
      case 'wire-fault':
        reportSuspicion(this.#scans.refusal(event) ?? this.#faults.fault(event));
        return;
      case 'wire-scan':
        reportSuspicion(this.#scans.scan(event));
        return;
      case 'wire-address':
        reportSuspicion(this.#addresses.judge(event));
        return;
      // values are judged by `agreement`
      case 'wire-readings':
    }
  }

  /** Advances the time: every channel gets the score of its case, and taps may have stopped receiving. */
  #pass(time: number, report: Report): void {
    const away = this.#memory.tick(time);
    for (const blind of this.#faults.blind(time)) this.#cases.add(this.#channelOf('tap', blind.ends.device), blind, time, false);
    for (const { suspicion, counts } of this.#pace.at(time, away))
      this.#cases.add(this.#channelOf('pace', suspicion.ends.device), suspicion, time, counts);
    for (let channel = 0; channel < this.channels.length; channel++) report(channel, time, this.#cases.scoreAt(channel, time));
  }

  #channelOf(kind: Kind, device: string | undefined): number {
    const place = this.#placeOf.get(device ?? network) ?? this.#placeOf.get(network) ?? 0;
    return place * kinds.length + kinds.indexOf(kind);
  }
}
