import type { Channel } from '../../core/detector.ts';
import { type Observation, streamTimeOf } from '../../core/observation.ts';
import { isBad } from '../../core/quality.ts';
import type { TagTable } from '../../core/tag.ts';
import { familiesOf } from '../../detector-kit/families.ts';
import { ChangeOver, standbySets } from './change-overs.ts';
import type { LearnedStates } from './learned-states.ts';
import { UnlearnedChannel, type Waiting } from './unlearned-channel.ts';

/** Time after such a state in which windows of detectors still contain it, and a bearing cools down, ms. */
const holdMs = 7_200_000;

/** Scan periods of a status after which it shows the state that a measurement already shows. */
const statusPeriods = 2;

export interface UnlearnedSnapshot {
  /** By status tag: stream time until which its equipment counts as unlearned, ms UTC; `Infinity` while the state lasts. */
  readonly until: ReadonlyMap<number, number>;
  /** Stream time until which the state before the start still matters, ms UTC. */
  readonly startUntil: number;
  /** By slot: channels with a deviation in such a state or after it. */
  readonly waiting: ReadonlyMap<number, Waiting>;
  /** First tags of standby sets after a change-over. Absent in snapshots of earlier versions. */
  readonly changedOver?: readonly number[];
}

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

/** What a snapshot of an earlier version does not state. */
const ofEarlier: Omit<UnlearnedSnapshot, 'until'> = { startUntil: Number.NEGATIVE_INFINITY, waiting: new Map() };

const notWaiting: Waiting = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];

/** A channel, and if its detector learns similar machines together. */
export interface PlacedChannel {
  readonly channel: Channel;
  readonly byFamily: boolean;
}

/** A status of equipment with similar equipment that was in more states, or the first tag of a standby set. */
interface Status {
  readonly ofSisters: ReadonlySet<number>;
  /** Channels with analog tags of the equipment. */
  readonly slots: readonly number[];
  /** Those without tags of other equipment, which wait after a start too. */
  readonly ownSlots: readonly number[];
}

/**
 * Follows equipment that is in a state which the calibration has seen at similar equipment only: a pump that never ran in one learned
 * day, while its sisters did. Its values are new, and not unusual: they can make minor findings, and no alert. A state that no similar
 * equipment was in, such as a trip, is no such state.
 *
 * The edges of such a state count as part of it. A drive turns before its contact is read. After the end, a channel is judged again
 * when it has been normal for an hour, and after a day at the latest. After a start nobody knows if the equipment has just stopped: its own
 * channels wait as after an end.
 *
 * A duty and a standby pump of one equipment share its measurements. After a change-over these are as before, once they have settled:
 * the equipment counts as unlearned for two hours, and not while the state lasts.
 */
export class UnlearnedStates {
  readonly #statuses = new Map<number, Status>();
  /** By status tag: its standby set, and the first tag of that. */
  readonly #standbys = new Map<number, { readonly set: ChangeOver; readonly first: number }>();
  /** By slot: 1 if any status concerns the channel. Every report of the engine asks for it. */
  readonly #isConcerned: Uint8Array;
  readonly #concerned = new Map<number, UnlearnedChannel>();
  #until = new Map<number, number>();
  #startUntil = Number.NaN;
  #now = Number.NEGATIVE_INFINITY;
  #nextEnd = Number.POSITIVE_INFINITY;

  /** @param channels by slot */
  constructor(tags: TagTable, channels: readonly PlacedChannel[], states: LearnedStates = {}) {
    this.#isConcerned = new Uint8Array(channels.length);
    for (const { tag, states: ofSisters } of unlearnedStates(tags, states)) {
      const { slots, ownSlots } = this.#concern(tags, tag, (slot) => channels[slot]?.byFamily !== true, channels);
      this.#statuses.set(tag, { ofSisters, slots, ownSlots });
    }
    for (const standby of standbySets(tags, states)) {
      const first = standby.tags[0] as number;
      const set = new ChangeOver(standby);
      for (const tag of standby.tags) this.#standbys.set(tag, { set, first });
      // such pumps are no family of machines: what a detector of families has learned of them is their equipment's own
      const { slots } = this.#concern(tags, first, () => true, channels);
      this.#statuses.set(first, { ofSisters: new Set(), slots, ownSlots: [] });
    }
  }

  /** The channels with analog tags of the equipment of a status. */
  #concern(
    tags: TagTable,
    status: number,
    counts: (slot: number) => boolean,
    channels: readonly PlacedChannel[],
  ): Pick<Status, 'slots' | 'ownSlots'> {
    const { equipment, scanMs } = tags.at(status);
    const isOfIt = (of: number): boolean => tags.at(of).equipment === equipment && tags.at(of).kind !== 'discrete';
    const slots = channels.flatMap(({ channel }, slot) => (counts(slot) && channel.tags.some(isOfIt) ? [slot] : []));
    const ownSlots = slots.filter((slot) => channels[slot]?.channel.equipment === equipment);
    for (const slot of slots) {
      this.#isConcerned[slot] = 1;
      if (!this.#concerned.has(slot)) this.#concerned.set(slot, new UnlearnedChannel());
    }
    for (const slot of ownSlots) {
      const channel = this.#concerned.get(slot);
      if (channel !== undefined) channel.waitMs = Math.max(channel.waitMs, statusPeriods * scanMs);
    }
    return { slots, ownSlots };
  }

  /** True while any equipment is in such a state, or a channel waits after one. */
  get isAny(): boolean {
    return this.#until.size > 0 || this.#concerned.values().some(({ waiting: [quietAt] }) => this.#now < quietAt);
  }

  /** True if a score of a channel, in its report at the present stream time, may only make a minor finding. */
  isCapped(slot: number, score: number): boolean {
    return this.#isConcerned[slot] === 1 && this.#concerned.get(slot)?.limits(score, this.#now) === true;
  }

  observe(observation: Observation): void {
    if (this.#statuses.size === 0 || observation.kind !== 'batch' || observation.batch.length === 0) return;
    const { batch } = observation;
    this.#now = streamTimeOf(observation);
    if (Number.isNaN(this.#startUntil)) {
      this.#startUntil = this.#now + holdMs;
      this.#apply();
    }
    for (let row = 0; row < batch.length; row++) {
      const tag = batch.tag[row] as number;
      const [status, standby] = [this.#statuses.get(tag), this.#standbys.get(tag)];
      if ((status === undefined && standby === undefined) || isBad(batch.quality[row] as number)) continue;
      if (standby?.set.take(tag, batch.value[row] as number) === true) this.#set(standby.first, this.#now + holdMs);
      if (status === undefined) continue;
      const isUnlearned = status.ofSisters.has(batch.value[row] as number);
      const until = this.#until.get(tag);
      if (isUnlearned && until !== Number.POSITIVE_INFINITY) this.#set(tag, Number.POSITIVE_INFINITY);
      else if (!isUnlearned && until === Number.POSITIVE_INFINITY) this.#set(tag, this.#now + holdMs);
    }
    if (this.#now < this.#nextEnd) return;
    for (const [tag, until] of this.#until) if (until <= this.#now) this.#until.delete(tag);
    this.#apply();
  }

  snapshot(): UnlearnedSnapshot {
    const waiting = [...this.#concerned].flatMap(([slot, { waiting }]) =>
      waiting[0] > this.#now ? [[slot, waiting] as const] : [],
    );
    const changedOver = [...this.#standbys].flatMap(([tag, { set, first }]) => (set.isChanged && tag === first ? [first] : []));
    return { until: new Map(this.#until), startUntil: this.#startUntil, waiting: new Map(waiting), changedOver };
  }

  /** @param snapshot earlier versions stored `until` alone, or nothing */
  restore(snapshot: UnlearnedSnapshot | UnlearnedSnapshot['until'] = new Map()): void {
    const { until, startUntil, waiting, changedOver = [] } = 'until' in snapshot ? snapshot : { ...ofEarlier, until: snapshot };
    for (const { set, first } of this.#standbys.values()) set.isChanged = changedOver.includes(first);
    this.#until = new Map([...until].filter(([tag]) => this.#statuses.has(tag)));
    this.#startUntil = startUntil;
    this.#apply();
    for (const [slot, channel] of this.#concerned) channel.restore(waiting.get(slot) ?? notWaiting);
  }

  #set(tag: number, until: number): void {
    this.#until.set(tag, until);
    this.#apply();
  }

  #apply(): void {
    const isStart = this.#now < this.#startUntil;
    const capped = new Set([...this.#until.keys()].flatMap((tag) => this.#statuses.get(tag)?.slots ?? []));
    if (isStart) for (const { ownSlots } of this.#statuses.values()) for (const slot of ownSlots) capped.add(slot);
    for (const [slot, channel] of this.#concerned) channel.cap(capped.has(slot), this.#now);
    this.#nextEnd = Math.min(...this.#until.values(), isStart ? this.#startUntil : Number.POSITIVE_INFINITY);
  }
}
