import type { WireConnectionEvent, WireFaultEvent, WireLossEvent } from '../../src/core/wire.ts';
import type { TrafficConfig } from './config.ts';
import { faultKey, faultSpanMs, type Habits } from './habits.ts';
import type { Memory } from './memory.ts';
import { minuteMs } from './minutes.ts';
import { nobody, type Suspicion } from './suspicion.ts';

/** Multiple of the faults of normal traffic from which there is a finding. */
const overUsual = 2;
/** Time after a loss of packets in which mismatches are attributed to the tap, ms. */
const torn = 30_000;

/** Counts faults between two ends, and packets that a tap loses. */
export class Faults {
  readonly #config: TrafficConfig;
  readonly #habits: Habits;
  readonly #memory: Memory;

  constructor(config: TrafficConfig, habits: Habits, memory: Memory) {
    this.#config = config;
    this.#habits = habits;
    this.#memory = memory;
  }

  fault(event: WireFaultEvent): Suspicion | undefined {
    const { fault, ends, time, operation, unit, detail } = event;
    if (fault === 'lost') return this.loss({ type: 'wire-loss', time, tap: event.tap, dropped: 1 });
    if (fault !== 'exception' && time - this.#memory.lostAt <= torn) return undefined;
    const about = { kind: 'fault' as const, rule: fault, ends, operation, unit, detail };
    return this.#counted(about, time, faultSpanMs, this.#config.faults[fault]);
  }

  connection({ ends, state, time }: WireConnectionEvent): Suspicion | undefined {
    const about = { kind: 'fault' as const, ends };
    if (state === 'refused') return this.#counted({ ...about, rule: 'refused' }, time, faultSpanMs, this.#config.faults.refused);
    if (state === 'opened') return this.#counted({ ...about, rule: 'flood' }, time, minuteMs, this.#config.connections);
    return undefined;
  }

  loss({ tap, time, dropped }: WireLossEvent): Suspicion | undefined {
    if (!(dropped > 0 && Number.isFinite(dropped))) return undefined;
    this.#memory.lostAt = time;
    const count = this.#memory.bursts.add(`lost ${tap}`, dropped, time, minuteMs);
    const score = count / this.#config.dropped;
    return { kind: 'tap', rule: 'tap-loss', score, ends: { ...nobody, device: tap }, count: Math.round(count), detail: tap };
  }

  /** Taps that have received nothing for longer than permitted, although they had received something before. */
  blind(time: number): Suspicion[] {
    return this.#memory.tapSeen.save().flatMap(([tap, seen]): Suspicion[] => {
      const score = (time - seen - this.#memory.allowMs) / (this.#config.blindMs * this.#memory.speed);
      if (score < 1) return [];
      return [{ kind: 'tap', rule: 'tap-blind', score, ends: { ...nobody, device: tap }, count: time - seen, detail: tap }];
    });
  }

  #counted(about: Omit<Suspicion, 'score' | 'count'>, time: number, spanMs: number, limit: number): Suspicion {
    const key = faultKey(about.rule === 'flood' ? 'opened' : about.rule, about.ends);
    const count = this.#memory.bursts.add(key, 1, time, spanMs);
    const allowed = Math.max(limit, overUsual * this.#habits.peaks.of(key));
    return { ...about, score: count / allowed, count: Math.round(count) };
  }
}
