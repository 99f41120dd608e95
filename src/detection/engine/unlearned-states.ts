import type { Channel } from '../../core/detector.ts';
import type { Observation } from '../../core/observation.ts';
import { isBad } from '../../core/quality.ts';
import type { TagTable } from '../../core/tag.ts';
import { familiesOf } from '../../detector-kit/families.ts';

/** By name of a status tag or command: the states that occurred in the calibration. */
export type LearnedStates = Readonly<Record<string, readonly number[]>>;

/** Time after such a state in which windows of detectors still contain it, and a bearing cools down, ms. */
const holdMs = 7_200_000;

/** By status tag: stream time until which its equipment counts as unlearned, ms UTC; `Infinity` while the state lasts. */
export type UnlearnedSnapshot = ReadonlyMap<number, number>;

/** States of a status tag that did not occur in the calibration, and occurred at similar equipment. */
export interface UnlearnedStatesOf {
  /** Index of the tag. */
  readonly tag: number;
  readonly states: ReadonlySet<number>;
}

/** The status tags and commands with such states. */
export function unlearnedStates(tags: TagTable, learned: LearnedStates): readonly UnlearnedStatesOf[] {
  const known = Object.keys(learned).flatMap((name) => tags.indexOf(name) ?? []);
  const families = familiesOf(known, tags);
  const statesOf = (tag: number): readonly number[] => learned[tags.at(tag).name] ?? [];
  const byFamily = Map.groupBy(known, (tag) => families.get(tag) ?? '');
  return known.flatMap((tag) => {
    const own = statesOf(tag);
    const sisters = byFamily.get(families.get(tag) ?? '') ?? [];
    const states = new Set(sisters.flatMap(statesOf).filter((state) => !own.includes(state)));
    return states.size === 0 ? [] : [{ tag, states }];
  });
}

/** A status of equipment with similar equipment that was in more states. */
interface Status {
  readonly ofSisters: ReadonlySet<number>;
  /** Channels with analog tags of the equipment. */
  readonly slots: readonly number[];
}

/**
 * Follows equipment that is in a state which the calibration has seen at similar equipment only: a pump that never ran in one learned
 * day, while its sisters did. Its values are new, and not unusual: they can make minor findings, and no alert. A state that no similar
 * equipment was in, such as a trip, is no such state.
 */
export class UnlearnedStates {
  readonly #statuses = new Map<number, Status>();
  readonly #capped: Uint8Array;
  #until = new Map<number, number>();
  #nextEnd = Number.POSITIVE_INFINITY;

  /** @param channels by slot; undefined for those of detectors that learn similar machines together */
  constructor(tags: TagTable, channels: readonly (Channel | undefined)[], states: LearnedStates = {}) {
    this.#capped = new Uint8Array(channels.length);
    for (const { tag, states: ofSisters } of unlearnedStates(tags, states)) {
      const { equipment } = tags.at(tag);
      const isOfIt = (of: number): boolean => tags.at(of).equipment === equipment && tags.at(of).kind !== 'discrete';
      const slots = channels.flatMap((channel, slot) => (channel?.tags.some(isOfIt) === true ? [slot] : []));
      this.#statuses.set(tag, { ofSisters, slots });
    }
  }

  /** True while any equipment is in such a state. */
  get isAny(): boolean {
    return this.#until.size > 0;
  }

  isCapped(slot: number): boolean {
    return this.#capped[slot] === 1;
  }

  observe(observation: Observation): void {
    if (this.#statuses.size === 0 || observation.kind !== 'batch') return;
    const { batch } = observation;
    for (let row = 0; row < batch.length; row++) {
      const tag = batch.tag[row] as number;
      const status = this.#statuses.get(tag);
      if (status === undefined || isBad(batch.quality[row] as number)) continue;
      const isUnlearned = status.ofSisters.has(batch.value[row] as number);
      const until = this.#until.get(tag);
      if (isUnlearned && until !== Number.POSITIVE_INFINITY) this.#set(tag, Number.POSITIVE_INFINITY);
      else if (!isUnlearned && until === Number.POSITIVE_INFINITY) this.#set(tag, (batch.receiveTime[row] as number) + holdMs);
    }
    const now = batch.receiveTime[batch.length - 1] ?? Number.NEGATIVE_INFINITY;
    if (now < this.#nextEnd) return;
    for (const [tag, until] of this.#until) if (until <= now) this.#until.delete(tag);
    this.#apply();
  }

  snapshot(): UnlearnedSnapshot {
    return new Map(this.#until);
  }

  restore(snapshot: UnlearnedSnapshot = new Map()): void {
    this.#until = new Map([...snapshot].filter(([tag]) => this.#statuses.has(tag)));
    this.#apply();
  }

  #set(tag: number, until: number): void {
    this.#until.set(tag, until);
    this.#apply();
  }

  #apply(): void {
    this.#capped.fill(0);
    for (const tag of this.#until.keys()) for (const slot of this.#statuses.get(tag)?.slots ?? []) this.#capped[slot] = 1;
    this.#nextEnd = Math.min(...this.#until.values());
  }
}
