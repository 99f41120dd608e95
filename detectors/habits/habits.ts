import type { Channel, Detector, DetectorSnapshot, DetectorTarget, Report } from '../../src/core/detector.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Event, Observation } from '../../src/core/observation.ts';
import type { WireWriteEvent } from '../../src/core/wire.ts';
import { isRecord, mismatch } from '../../src/detector-kit/columns.ts';
import { WallClock } from '../../src/detector-kit/wall-clock.ts';
import type { HabitsConfig } from './config.ts';
import { Recent } from './counts.ts';
import { explainWrite, isUnusual, type Unusual } from './explain.ts';
import { Habit, sizeClass } from './memory.ts';

const version = 1;
const dayMs = 86_400_000;
/** A longer time between two ticks is not watched, ms. */
const mostTickMs = 10_000;
/** Score of a write that comes once in `onceInDays`, and what is added for each tenfold time. */
const atOnce = 0.6;
const perTenfold = 0.2;
/** A habit alone never raises an alert. */
const mostScore = 0.99;

/** What is judged of a write: the number of writes that are as unusual, of all, in a watched time. */
interface Rank extends Pick<Unusual, 'what' | 'asRare' | 'of' | 'watchedMs'> {}

/**
 * Compares each write on the network with earlier ones: its hour, the size of its change, its predecessor, and its client. Keyed by the
 * address of the client and its protocol, never by person. It learns while it judges. See README.md.
 */
export class HabitsDetector implements Detector {
  readonly channels: readonly Channel[];
  readonly #config: HabitsConfig;
  readonly #target: DetectorTarget;
  /** By table index: channel of a tag. */
  readonly #ofTag = new Map<number, number>();
  readonly #ofDevice = new Map<string, number>();
  readonly #clock: WallClock;
  readonly #clients: Recent<Habit>;
  readonly #targets: Recent<Habit>;
  readonly #pairs: Recent<Habit>;
  /** Watched time, ms, and time of the last tick, ms UTC. */
  #watchedMs = 0;
  #ticked = Number.NaN;
  /** Last judged write, by channel. */
  readonly #last = new Map<number, Unusual>();

  constructor(config: HabitsConfig, target: DetectorTarget) {
    this.#config = config;
    this.#target = target;
    this.#clock = new WallClock(target.timeZone);
    const made = (): Habit => new Habit();
    this.#clients = new Recent(config.most, made);
    this.#targets = new Recent(config.most, made);
    this.#pairs = new Recent(config.most, made);
    const devices = [...target.devices, ''].map((device) => ({
      key: device === '' ? 'network' : `device ${device}`,
      tags: [],
      area: '',
      equipment: '',
      ...(device === '' ? {} : { device }),
    }));
    const written = target.watched.filter((index) => target.tags.at(index).role !== 'measurement');
    const tags = written.map((index) => {
      const { name, area, equipment } = target.tags.at(index);
      return { key: name, tags: [index], area, equipment };
    });
    this.channels = [...devices, ...tags];
    [...target.devices, ''].forEach((device, channel) => this.#ofDevice.set(device, channel));
    written.forEach((index, i) => this.#ofTag.set(index, devices.length + i));
  }

  learn(): void {}

  score(observation: Observation, report: Report): void {
    if (observation.kind !== 'event') return;
    const { event } = observation;
    if (event.type === 'tick') this.#watch(event.time);
    else if (isWrite(event)) this.#judge(event, report);
  }

  #watch(time: number): void {
    const step = time - this.#ticked;
    if (step > 0 && step <= mostTickMs) this.#watchedMs += step;
    if (!(step < 0)) this.#ticked = time;
  }

  #judge(event: WireWriteEvent, report: Report): void {
    const { time, ends, before, after } = event;
    if (!Number.isFinite(time)) return;
    const client = clientOf(event);
    const target = this.#targetOf(event);
    const ranks = this.#ranks(event, client, target).filter(({ of }) => of > this.#config.minWrites);
    const [worst] = ranks.toSorted((a, b) => b.watchedMs / b.asRare - a.watchedMs / a.asRare);
    if (worst === undefined) return;
    const channel = this.#ofTag.get(event.tag ?? -1) ?? this.#ofDevice.get(ends.device ?? '') ?? this.#ofDevice.get('') ?? 0;
    this.#last.set(channel, { ...worst, time, client, target, tag: this.#nameOf(event), before, after });
    report(channel, time, this.#scoreOf(worst));
  }

  /** Score by the time in which a write as unusual comes once. */
  #scoreOf({ asRare, watchedMs }: Rank): number {
    const days = watchedMs / asRare / dayMs;
    if (!(days > 0)) return 0;
    return Math.min(mostScore, Math.max(0, atOnce + perTenfold * Math.log10(days / this.#config.onceInDays)));
  }

  /** Learns a write, and ranks it among all up to it. */
  #ranks(event: WireWriteEvent, client: string, target: string): Rank[] {
    const { time } = event;
    const [ofClient, ofTarget, ofPair] = [
      this.#clients.use(client),
      this.#targets.use(target),
      this.#pairs.use(`${client} ${target}`),
    ];
    const ranks: Rank[] = [];
    const add = (what: Unusual['what'], habit: Habit, asRare: number, of: number): void => {
      ranks.push({ what, asRare, of, watchedMs: habit.watched(this.#watchedMs) });
    };
    for (const habit of [ofClient, ofTarget, ofPair]) habit.watched(this.#watchedMs);
    ofTarget.clients.add(client);
    add('client', ofTarget, ofTarget.clients.asRare(client), ofTarget.clients.total);
    if (time - ofPair.lastAt > this.#config.breakMs) {
      const local = this.#localMs(time);
      ofPair.hours.add(local);
      add('hour', ofPair, ofPair.hours.asRare(local), ofPair.hours.total);
    }
    const size = sizeOf(event);
    if (size > 0) {
      const own = sizeClass(size);
      ofPair.sizes.add(own);
      add(
        'size',
        ofPair,
        ofPair.sizes.sum((one) => one >= own),
        ofPair.sizes.total,
      );
    }
    const isFirst = !(time - ofClient.lastAt <= this.#config.breakMs);
    const order = `${isFirst ? '' : ofClient.lastTarget} → ${target}`;
    ofClient.orders.add(order);
    add('order', ofClient, ofClient.orders.asRare(order), ofClient.orders.total);
    const predecessor = ofClient.lastTarget;
    ofClient.lastTarget = target;
    ofClient.lastAt = ofPair.lastAt = time;
    return ranks.map((rank) => (rank.what === 'order' && !isFirst ? { ...rank, predecessor } : rank));
  }

  #localMs(time: number): number {
    this.#clock.read(time);
    return (((time + this.#clock.offsetMs) % dayMs) + dayMs) % dayMs;
  }

  #nameOf({ tag }: WireWriteEvent): string | undefined {
    return tag === undefined || this.#target.tags.tags[tag] === undefined ? undefined : this.#target.tags.at(tag).name;
  }

  /** The tag, or the device and its address. */
  #targetOf(event: WireWriteEvent): string {
    const { ends, unit, target } = event;
    const device = ends.device ?? `${ends.server}:${ends.port}`;
    return this.#nameOf(event) ?? `${target} of ${device}${unit === undefined ? '' : ` unit ${unit}`}`;
  }

  explain(channel: number): Explanation {
    const { timeZone, tags } = this.#target;
    return explainWrite(this.channels[channel]?.key ?? '', this.#last.get(channel), tags, timeZone);
  }

  snapshot(): DetectorSnapshot {
    const saved = (habit: Habit): unknown => habit.save();
    return {
      baseline: { detector: 'habits', version, channels: this.channels.map(({ key }) => key) },
      running: {
        watchedMs: this.#watchedMs,
        ticked: this.#ticked,
        clients: this.#clients.save(saved),
        targets: this.#targets.save(saved),
        pairs: this.#pairs.save(saved),
        last: [...this.#last].map(([channel, unusual]) => ({ channel, unusual: { ...unusual } })),
      },
    };
  }

  restore({ baseline, running }: DetectorSnapshot): void {
    const { detector, version: made, channels } = isRecord(baseline) ? baseline : {};
    if (detector !== 'habits' || made !== version) throw mismatch(`it was not made by detector habits, version ${version}`);
    const own = this.channels.map(({ key }) => key);
    if (!Array.isArray(channels) || channels.length !== own.length || own.some((key, i) => key !== channels[i]))
      throw mismatch('it has other tags or devices');
    const { watchedMs, ticked, clients, targets, pairs, last } = isRecord(running) ? running : {};
    if (typeof watchedMs !== 'number' || typeof ticked !== 'number') throw mismatch('habits are missing');
    this.#watchedMs = watchedMs;
    this.#ticked = ticked;
    const read = (habit: Habit, from: unknown): void => habit.load(from);
    this.#clients.load(clients, read);
    this.#targets.load(targets, read);
    this.#pairs.load(pairs, read);
    this.#last.clear();
    for (const one of Array.isArray(last) ? (last as unknown[]) : []) {
      const { channel, unusual } = isRecord(one) ? one : {};
      if (typeof channel === 'number' && isUnusual(unusual)) this.#last.set(channel, unusual);
    }
  }
}

const isWrite = (event: Event): event is WireWriteEvent => event.type === 'wire-write';

const protocols: Readonly<Record<string, string>> = { modbus: 'Modbus', opcua: 'OPC UA' };

/** Address of a client with its role: `10.0.0.20 (Modbus client)`. */
const clientOf = ({ ends: { client, protocol } }: WireWriteEvent): string =>
  `${client} (${protocols[protocol] ?? protocol.toUpperCase()} client)`;

/** Size of a change; 0 if it is not known. */
function sizeOf({ before, after }: WireWriteEvent): number {
  const size = typeof before === 'number' && typeof after === 'number' ? Math.abs(after - before) : 0;
  return Number.isFinite(size) ? size : 0;
}
