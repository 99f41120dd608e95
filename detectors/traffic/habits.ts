import type { Json } from '../../src/core/detector.ts';
import type { WireEnds, WireEvent, WireScanEvent, WireSessionEvent } from '../../src/core/wire.ts';
import { isRecord, mismatch } from '../../src/detector-kit/columns.ts';
import { Counters, Peaks } from './counters.ts';
import { HabitTree } from './habit-tree.ts';
import { gapMs, minuteMs } from './minutes.ts';
import { effectOf } from './operations.ts';
import { isCounted, PaceHabits } from './pace-habits.ts';

/** Decay time of counts of faults, ms; those of connections and of lost packets decay over a minute. */
export const faultSpanMs = 600_000;
const mostCounters = 4_096;
const mostPeaks = 10_000;

/** `tcp/502`: any protocol on a TCP port, because the first packets do not identify the protocol. */
export function portOf({ protocol, port }: WireEnds): string {
  if (protocol === 'modbus' || protocol === 'opcua' || protocol === 'tcp') return `tcp/${port}`;
  return port === 0 ? protocol : `${protocol}/${port}`;
}

export const talkPath = (ends: WireEnds): string[] => [ends.client, ends.server, portOf(ends)];
/** Key of a conversation: client, server and port. */
export const talkKey = (ends: WireEnds): string => talkPath(ends).join(' ');
export const unitStep = (unit: number | undefined): string => (unit === undefined ? 'no unit' : `unit ${unit}`);
/** The addressed part of a device: a gateway has several. */
export const partOf = ({ server }: WireEnds, unit: number | undefined): string =>
  unit === undefined ? server : `${server} ${unitStep(unit)}`;
export const serverOf = ({ server, port }: WireEnds): string => `${server}:${port}`;
export const securityOf = (policy: string, mode: string, token: string): string => `${policy}/${mode}/${token}`;
export const scanKey = (client: string, what: WireScanEvent['what']): string => `scan ${what} ${client}`;
export const faultKey = (fault: string, ends: WireEnds): string => `${fault} ${ends.client} ${ends.server}`;

/** Identity of a session: application, user, certificate, as far as they were seen. */
export function peopleOf({ applicationUri, user = '', certificate = '' }: WireSessionEvent): [what: string, name: string][] {
  const all: [string, string][] = [
    ['application', applicationUri],
    ['user', user],
    ['certificate', certificate],
  ];
  return all.filter(([, name]) => name !== '');
}

/**
 * True for ARP, DHCP, and link-local multicast, by which every host finds addresses and neighbours: these are not conversations.
 * Also for `*`, the summary of a tap beyond its capacity.
 */
export function isChatter({ protocol, port, server }: WireEnds): boolean {
  if (protocol === 'arp' || server === '*') return true;
  if (protocol === 'udp') return port === 67 || port === 68 || port === 546 || port === 547;
  if (protocol !== 'icmp' && protocol !== 'other') return false;
  return /^(ff[0-9a-f]2:|224\.0\.0\.|01:00:5e:00:00:|33:33:)/i.test(server);
}

/** Normal traffic: the complete result of a calibration. */
export class Habits {
  /** client → server → port → unit → operation, with the window of addresses at the operation. */
  readonly talks: HabitTree;
  /** client → server and unit → target. */
  readonly writes: HabitTree;
  /** server → `security`, `application`, `user` or `certificate` → its value. */
  readonly sessions: HabitTree;
  /** IP address → hardware address. */
  readonly addresses: HabitTree;
  readonly peaks = new Peaks(mostPeaks);
  readonly paces = new PaceHabits();
  /** Configured device by the address of its server, `10.0.0.11:502`. */
  readonly devices = new Map<string, string>();
  /** Observed stream time, ms. */
  watchedMs = 0;
  /** Number of baseline entries that a person has removed. */
  unlearned = 0;
  #last = Number.NaN;
  readonly #counters = new Counters(mostCounters);

  constructor(most: number) {
    this.talks = new HabitTree(most);
    this.writes = new HabitTree(most);
    this.sessions = new HabitTree(most);
    this.addresses = new HabitTree(most);
  }

  /** True if anything was learned. */
  get any(): boolean {
    return this.talks.size > 0;
  }

  learn(event: WireEvent): void {
    const { time } = event;
    const pause = time - this.#last;
    if (pause > 0 && pause <= gapMs) this.watchedMs += pause;
    if (!(pause < 0)) this.#last = time;
    if (event.type === 'wire-loss') return;
    const { ends } = event;
    const isTalk = event.type === 'wire-traffic' && !isChatter(ends) && isCounted(event);
    this.paces.learn(event, isTalk ? talkKey(ends) : undefined);
    if (ends.device !== undefined) this.devices.set(serverOf(ends), ends.device);
    switch (event.type) {
      case 'wire-traffic': {
        if (isChatter(ends)) return;
        const { operation, unit, low, high } = event;
        if (effectOf(operation) === 'transport') this.talks.learn(talkPath(ends), time);
        else this.talks.learn([...talkPath(ends), unitStep(unit), operation], time)?.touch(low, high);
        return;
      }
      case 'wire-connection':
        this.talks.learn(talkPath(ends), time);
        if (event.state === 'opened') this.#count('opened', ends, time, minuteMs);
        if (event.state === 'refused') this.#count('refused', ends, time, faultSpanMs);
        return;
      case 'wire-write':
        this.writes.learn([ends.client, partOf(ends, event.unit), event.target], time);
        return;
      case 'wire-session': {
        const { policy, mode, token } = event;
        this.sessions.learn([serverOf(ends), 'security', securityOf(policy, mode, token)], time);
        for (const [what, name] of peopleOf(event)) this.sessions.learn([serverOf(ends), what, name], time);
        return;
      }
      case 'wire-fault':
        if (event.fault !== 'lost') this.#count(event.fault, ends, time, faultSpanMs);
        return;
      case 'wire-scan':
        this.peaks.raise(scanKey(ends.client, event.what), event.count);
        return;
      case 'wire-address':
        this.addresses.learn([ends.client, event.address], time);
        return;
      // values are judged by `agreement`
      case 'wire-readings':
    }
  }

  clear(): void {
    for (const part of [
      this.talks,
      this.writes,
      this.sessions,
      this.addresses,
      this.peaks,
      this.paces,
      this.devices,
      this.#counters,
    ])
      part.clear();
    this.watchedMs = 0;
    this.unlearned = 0;
    this.#last = Number.NaN;
  }

  /**
   * Decaying counts are needed only while learning continues.
   * @param paceMinutes complete minutes from which the pace of a conversation is judged
   */
  endLearning(paceMinutes: number): void {
    this.#counters.clear();
    this.paces.endLearning(paceMinutes);
  }

  toJson(): Readonly<Record<string, Json>> {
    return {
      watchedMs: this.watchedMs,
      ...(this.unlearned > 0 ? { unlearned: this.unlearned } : {}),
      last: Number.isNaN(this.#last) ? null : this.#last,
      devices: Object.fromEntries([...this.devices].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      talks: this.talks.toJson(),
      writes: this.writes.toJson(),
      sessions: this.sessions.toJson(),
      addresses: this.addresses.toJson(),
      peaks: this.peaks.toJson(),
      counts: this.#counters.save(),
      pace: this.paces.toJson(),
    };
  }

  /** @throws ScadaError BASELINE_MISMATCH */
  fromJson(json: unknown): void {
    if (!isRecord(json)) throw mismatch('habits of traffic are missing');
    this.talks.fromJson(json['talks']);
    this.writes.fromJson(json['writes']);
    this.sessions.fromJson(json['sessions']);
    // absent in baselines of earlier versions
    this.addresses.fromJson(json['addresses'] ?? {});
    this.peaks.fromJson(json['peaks']);
    this.#counters.load(json['counts']);
    this.paces.fromJson(json['pace']);
    this.devices.clear();
    for (const [server, device] of Object.entries(isRecord(json['devices']) ? json['devices'] : {}))
      if (typeof device === 'string') this.devices.set(server, device);
    this.unlearned = typeof json['unlearned'] === 'number' ? json['unlearned'] : 0;
    this.watchedMs = typeof json['watchedMs'] === 'number' ? json['watchedMs'] : 0;
    this.#last = typeof json['last'] === 'number' ? json['last'] : Number.NaN;
  }

  #count(fault: string, ends: WireEnds, time: number, spanMs: number): void {
    const key = faultKey(fault, ends);
    this.peaks.raise(key, this.#counters.add(key, 1, time, spanMs));
  }
}
