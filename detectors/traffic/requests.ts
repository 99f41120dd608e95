import type { WireTrafficEvent, WireWriteEvent } from '../../src/core/wire.ts';
import type { TrafficConfig } from './config.ts';
import { type Habit, isWindow } from './habit-tree.ts';
import { type Habits, partOf, talkPath, unitStep } from './habits.ts';
import { chanceOfNew, chanceUnder, surpriseOf } from './novelty.ts';
import { effectOf, isCommand, weightOf } from './operations.ts';
import type { Permissions } from './permissions.ts';
import { some } from './permissions.ts';
import type { Suspicion } from './suspicion.ts';

/** Score of a write without permission: higher than that of any new habit. */
const strangerScore = 3;
const forbiddenScore = 3;
/** Addition to the score of a write with its own event over the request that contained it. */
const detailScore = 0.1;

/** Finds operations, addresses and writes that are new for a client, and commands of clients that may not give them. */
export class Requests {
  readonly #config: TrafficConfig;
  readonly #habits: Habits;
  readonly #permissions: Permissions;

  constructor(config: TrafficConfig, habits: Habits, permissions: Permissions) {
    this.#config = config;
    this.#habits = habits;
    this.#permissions = permissions;
  }

  /** @param stranger reason why the client should not communicate with this server at all */
  traffic(event: WireTrafficEvent, stranger: Suspicion | undefined): Suspicion | undefined {
    const { ends, operation, unit, requests } = event;
    const effect = effectOf(operation);
    if (effect === 'transport' || requests === 0) return undefined;
    if (effect === 'write') return this.#writing(event, stranger);
    const command = isCommand(operation) ? this.#command(event, stranger) : undefined;
    if (command !== undefined) return command;
    // other requests of an unknown client are part of the finding about that client
    if (stranger !== undefined) return undefined;
    const path = [...talkPath(ends), unitStep(unit), operation];
    const unknown = this.#habits.talks.unknown(path);
    if (unknown === undefined) return this.#window(event, this.#habits.talks.find(path));
    const usual = some([...unknown.at.under.keys()], 6);
    const about = { kind: 'operation' as const, ends, operation, unit, usual };
    if (unknown.depth === 3) return { ...about, rule: 'unit-new', score: surpriseOf(chanceUnder(unknown.at)) };
    if (unknown.depth < 3) return undefined;
    const chance = Math.max(chanceUnder(unknown.at), this.#chanceElsewhere(ends.client, operation));
    return { ...about, rule: 'operation-new', score: surpriseOf(chance, weightOf[effect]) };
  }

  write(event: WireWriteEvent, stranger: Suspicion | undefined): Suspicion | undefined {
    const { ends, operation, unit, target, tag, before, after, accepted } = event;
    const about = { kind: 'write' as const, ends, operation, unit, target, tag, before, after, accepted };
    if (stranger !== undefined) return strange(stranger, { ...about, detail: stranger.rule }, detailScore);
    const permit = this.#permissions.permit(ends);
    if (permit === 'read') return { ...about, rule: 'write-forbidden', score: forbiddenScore + detailScore };
    const { writes, any } = this.#habits;
    const unknown = writes.unknown([ends.client, partOf(ends, unit), target]);
    if (!any || unknown === undefined) return undefined;
    if (unknown.depth === 0) {
      if (permit === 'write') return undefined;
      return { ...about, rule: 'write-first', score: surpriseOf(this.#chanceOfFirst(), weightOf.write) + detailScore };
    }
    const usual = some([...unknown.at.under.keys()]);
    const chance = Math.max(chanceUnder(unknown.at), this.#chanceOfFirst());
    return { ...about, rule: 'write-target', usual, score: surpriseOf(chance, weightOf.write) + detailScore };
  }

  #writing({ ends, operation, unit }: WireTrafficEvent, stranger: Suspicion | undefined): Suspicion | undefined {
    const about = { kind: 'write' as const, ends, operation, unit };
    if (stranger !== undefined) return strange(stranger, { ...about, detail: stranger.rule }, 0);
    const permit = this.#permissions.permit(ends);
    if (permit === 'read') return { ...about, rule: 'write-forbidden', score: forbiddenScore };
    const unknown = this.#habits.talks.unknown([...talkPath(ends), unitStep(unit), operation]);
    if (unknown === undefined || unknown.depth < 3 || permit === 'write') return undefined;
    const chance = Math.max(this.#chanceOfFirst(), this.#chanceElsewhere(ends.client, operation));
    return { ...about, rule: 'write-first', score: surpriseOf(chance, weightOf.write) };
  }

  /** A restart or a change of the program by a client that may only read, or is not known at all. */
  #command({ ends, operation, unit }: WireTrafficEvent, stranger: Suspicion | undefined): Suspicion | undefined {
    const about = { kind: 'operation' as const, ends, operation, unit };
    if (stranger !== undefined)
      return { ...about, rule: 'command-stranger', detail: stranger.rule, score: strangeScore(stranger, 0) };
    if (this.#permissions.permit(ends) !== 'read') return undefined;
    return { ...about, rule: 'command-forbidden', score: forbiddenScore };
  }

  #window({ ends, operation, unit, low, high }: WireTrafficEvent, habit: Habit | undefined): Suspicion | undefined {
    if (habit === undefined || habit.widened === 0 || !isWindow(low, high)) return undefined;
    if (low >= habit.low && high <= habit.high) return undefined;
    const score = surpriseOf(chanceOfNew(habit.occasions, habit.widened));
    const about = { kind: 'operation' as const, rule: 'window' as const, score, ends, operation, unit };
    return { ...about, low, high, usualLow: habit.low, usualHigh: habit.high };
  }

  /** Probability of a first write after the observed time: manual writes are rare. */
  #chanceOfFirst(): number {
    return 1 / (1 + this.#habits.watchedMs / this.#config.writesEveryMs);
  }

  /** Probability that a client uses a known operation on one more server; 0 if it uses the operation nowhere. */
  #chanceElsewhere(client: string, operation: string): number {
    let total = 0;
    let singles = 0;
    for (const server of this.#habits.talks.root.under.get(client)?.under.values() ?? [])
      for (const port of server.under.values())
        for (const unit of port.under.values()) {
          const { occasions = 0 } = unit.under.get(operation) ?? {};
          total += occasions;
          if (occasions === 1) singles++;
        }
    return total === 0 ? 0 : chanceOfNew(total, singles);
  }
}

function strange(stranger: Suspicion, about: Omit<Suspicion, 'rule' | 'score'>, more: number): Suspicion {
  return { ...about, rule: 'write-stranger', score: strangeScore(stranger, more) };
}

/** Score of an act of an unknown client: if the client is hardly unusual, its act is hardly unusual either. */
const strangeScore = ({ score }: Suspicion, more: number): number => (score >= 1 ? strangerScore + more : score);
