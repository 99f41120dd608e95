import { formatNumber } from '../../src/core/format.ts';
import type { WireEnds, WireEvent, WireProtocol } from '../../src/core/wire.ts';
import { isRecord, mismatch } from '../../src/detector-kit/columns.ts';
import { paceMinutesOf, type TrafficConfig } from './config.ts';
import { type Habits, isChatter, serverOf, talkKey } from './habits.ts';
import type { Memory } from './memory.ts';
import { gapMs, Minutes, minuteMs } from './minutes.ts';
import { isCounted, type Pace } from './pace-habits.ts';
import type { Suspicion } from './suspicion.ts';

/** Multiple of the longest pause of normal traffic from which there is a finding, and the shortest such time, ms. */
const overPause = 3;
const shortestMs = 60_000;
/** Factor by which a minute may differ from the busiest and the quietest minute of normal traffic. */
const overUsual = 2;
/** Packets of a minute below which its number is a matter of chance: one more connection doubles it. */
const leastPackets = 30;
/** Maximum number of conversations of one minute that are reported, and highest score of one. */
const mostFound = 64;
const highestScore = 1e6;

/** Last packet of a conversation. */
interface Seen {
  /** Time of the monitor, ms UTC; that of the first tick if there was no packet in this run. */
  time: number;
  /** The tap that received it; undefined if there was none. */
  readonly tap?: string | undefined;
}

/** A suspicion at a tick, and false if it was reported before. */
export interface Renewed {
  readonly suspicion: Suspicion;
  readonly counts: boolean;
}

/** Finds conversations that are silent, busier or quieter than in normal traffic. Reports at ticks, because no packet shows it. */
export class PaceRules {
  /** Complete minutes from which a conversation is judged. */
  readonly #least: number;
  readonly #habits: Habits;
  readonly #memory: Memory;
  readonly #minutes = new Minutes();
  readonly #seen = new Map<string, Seen>();
  /** Suspicions of the last complete minute, and the time of the tick that reported them first. */
  #found: readonly Suspicion[] = [];
  #foundAt = Number.NaN;
  /** Conversations with too few packets in the last complete minute. */
  #low: ReadonlySet<string> = new Set();

  constructor(config: TrafficConfig, habits: Habits, memory: Memory) {
    this.#least = paceMinutesOf(config);
    this.#habits = habits;
    this.#memory = memory;
  }

  /**
   * Counts the traffic of an event.
   * @param blindMs time in which the tap received nothing before the event, ms
   */
  take(event: Exclude<WireEvent, { readonly type: 'wire-loss' }>, blindMs: number): void {
    const minutes = this.#minutes;
    // nobody was silent while the tap was blind
    if (blindMs > gapMs)
      for (const seen of this.#seen.values()) if (seen.tap === undefined || seen.tap === event.tap) seen.time += blindMs;
    const step = minutes.stepTo(event.time);
    if (step !== 'none') {
      const isJudged = step === 'minute' && minutes.isComplete && this.#memory.speed === 1;
      const low = isJudged ? this.#lowIn(event.time) : new Set<string>();
      this.#foundAt = Number.NaN;
      this.#found = isJudged ? this.#ofMinute(low) : [];
      this.#low = low;
    }
    minutes.advance(event.time);
    if (event.type !== 'wire-traffic' || isChatter(event.ends) || !isCounted(event)) return;
    const key = talkKey(event.ends);
    if (!this.#isJudged(this.#habits.paces.get(key))) return;
    minutes.add(key, event);
    this.#seen.set(key, { time: this.#memory.nowOf(event.time), tap: event.tap });
  }

  /**
   * Suspicions at a tick.
   * @param away time before the tick in which the monitor was off, ms; NaN at the first tick
   */
  at(time: number, away: number): Renewed[] {
    if (away !== 0) this.#setAside(time, away);
    const counts = Number.isNaN(this.#foundAt);
    if (counts) this.#foundAt = time;
    // the next complete minute replaces them, or none does if the stream stops
    const found = time - this.#foundAt <= minuteMs ? this.#found : [];
    return [...found.map((suspicion) => ({ suspicion, counts })), ...this.#silent(time)];
  }

  save(): unknown {
    return {
      minutes: this.#minutes.save(),
      seen: [...this.#seen].map(([key, seen]) => [key, { ...seen }]),
      found: structuredClone(this.#found),
      foundAt: this.#foundAt,
      low: [...this.#low],
    };
  }

  /** @param saved undefined in running states of earlier versions @throws ScadaError BASELINE_MISMATCH */
  load(saved: unknown): void {
    this.#minutes.clear();
    this.#seen.clear();
    this.#found = [];
    this.#foundAt = Number.NaN;
    this.#low = new Set();
    if (saved === undefined) return;
    if (!isRecord(saved) || !Array.isArray(saved['seen']) || !Array.isArray(saved['found']))
      throw mismatch('the pace of traffic is missing');
    this.#minutes.load(saved['minutes']);
    // a conversation that another baseline judges was not observed since
    for (const [key, seen] of saved['seen'] as [string, Seen][])
      if (this.#isJudged(this.#habits.paces.get(key))) this.#seen.set(key, { ...seen });
    this.#found = structuredClone(saved['found'] as Suspicion[]);
    this.#foundAt = saved['foundAt'] as number;
    this.#low = new Set(saved['low'] as string[]);
  }

  #isJudged(pace: Readonly<Pace> | undefined): pace is Readonly<Pace> {
    return pace !== undefined && pace.minutes >= this.#least;
  }

  /** Excludes the time in which the monitor was off, and the minute in which it came back. */
  #setAside(time: number, away: number): void {
    const isFirst = Number.isNaN(away);
    for (const seen of this.#seen.values()) seen.time = isFirst ? time : seen.time + away;
    if (isFirst) return;
    this.#minutes.clear();
    this.#found = [];
    this.#low = new Set();
  }

  /** Conversations without a packet for longer than permitted, up to the last time at which their tap received something. */
  #silent(time: number): Renewed[] {
    const { tapSeen, allowMs, speed } = this.#memory;
    const heard = new Map(tapSeen.save());
    const latest = Math.max(...heard.values());
    return [...this.#habits.paces.judged(this.#least)].flatMap(([key, { pauseMs }]): Renewed[] => {
      const seen = this.#seen.get(key) ?? { time };
      if (seen.tap === undefined) this.#seen.set(key, seen);
      const count = (seen.tap === undefined ? latest : (heard.get(seen.tap) ?? Number.NaN)) - seen.time;
      const score = (count - allowMs) / (Math.max(shortestMs, overPause * pauseMs) * speed);
      if (!(score >= 1 && Number.isFinite(score))) return [];
      const about = { kind: 'pace', rule: 'silent', score, ends: endsOf(key, this.#habits) } as const;
      return [{ suspicion: { ...about, count, usualHigh: pauseMs }, counts: false }];
    });
  }

  /**
   * Conversations with too few packets in the current minute, unless the tap lost some.
   * @param end time at or after the end of the minute, ms
   */
  #lowIn(end: number): ReadonlySet<string> {
    // the minute may have ended up to a minute before this event
    if (end - this.#memory.lostAt <= 2 * minuteMs) return new Set();
    const low = [...this.#minutes.counts].filter(([key, { packets }]) => {
      const pace = this.#habits.paces.get(key);
      return this.#isJudged(pace) && pace.fewest >= leastPackets && overUsual * packets < pace.fewest;
    });
    return new Set(low.map(([key]) => key));
  }

  /** @param low conversations with too few packets in the current minute */
  #ofMinute(low: ReadonlySet<string>): Suspicion[] {
    const found = [...this.#minutes.counts].flatMap(([key, { packets, bytes }]): Suspicion[] => {
      const pace = this.#habits.paces.get(key);
      if (!this.#isJudged(pace)) return [];
      const about = { kind: 'pace', ends: endsOf(key, this.#habits), count: packets, detail: volume(packets, bytes) } as const;
      const over = Math.max(packets / pace.most, bytes / pace.mostBytes) / overUsual;
      if (over > 1 && packets >= leastPackets) {
        const usual = `at most ${volume(pace.most, pace.mostBytes)}`;
        return [{ ...about, rule: 'pace-high', score: Math.min(over, highestScore), usual }];
      }
      // the minute in which a silence begins or ends has few packets too, but the one before or after it has none
      if (!low.has(key) || !this.#low.has(key)) return [];
      const score = Math.min(pace.fewest / overUsual / packets, highestScore);
      return [{ ...about, rule: 'pace-low', score, usual: `at least ${formatNumber(pace.fewest)} packets` }];
    });
    return found.toSorted((a, b) => b.score - a.score).slice(0, mostFound);
  }
}

const volume = (packets: number, bytes: number): string => `${formatNumber(packets)} packets (${formatNumber(bytes / 1_000)} kB)`;

/** Ends of a conversation, and the device of its server in normal traffic. */
function endsOf(key: string, { devices }: Habits): WireEnds {
  const [client = '', server = '', step = ''] = key.split(' ');
  const [protocol = 'other', port = 0] = step.split('/');
  const ends = { client, server, port: Number(port), protocol: protocol as WireProtocol };
  return { ...ends, device: devices.get(serverOf(ends)) };
}
