import type { TagTable } from '../../core/tag.ts';
import type { LearnedStates } from './learned-states.ts';

/** More similar statuses of one equipment than this are compared with none. */
const mostMembers = 8;

/** Similar statuses of one equipment, such as those of a duty and a standby pump, of which one was in states that another was not in. */
export interface Standby {
  /** Indices of the tags; the first stands for all. */
  readonly tags: readonly number[];
  /** By tag: states that occurred in the calibration. */
  readonly learned: readonly (readonly number[])[];
}

/** The standby sets of a site: names that differ only in numbers, in one equipment. */
export function standbySets(tags: TagTable, learned: LearnedStates): readonly Standby[] {
  const known = Object.keys(learned).flatMap((name) => tags.indexOf(name) ?? []);
  const alike = Map.groupBy(known, (index) => {
    const { name, equipment, kind, role } = tags.at(index);
    return JSON.stringify([name.replaceAll(/\d+/g, '#'), equipment, kind, role]);
  });
  return [...alike.values()].flatMap((members) => {
    const states = members.map((index) => learned[tags.at(index).name] ?? []);
    const all = new Set(states.flat());
    const differ = states.some((own) => own.length < all.size);
    return members.length > 1 && members.length <= mostMembers && differ ? [{ tags: members, learned: states }] : [];
  });
}

/**
 * Follows a standby set: the standby takes over from the duty pump. Each is then in a state that only the other was in, and all together are
 * in the states of the calibration. If the duty pump stops and no other starts, they are not.
 */
export class ChangeOver {
  isChanged = false;
  readonly #places: ReadonlyMap<number, number>;
  readonly #learned: Standby['learned'];
  readonly #values: (number | undefined)[];

  constructor({ tags, learned }: Standby) {
    this.#places = new Map(tags.map((tag, place) => [tag, place]));
    this.#learned = learned;
    this.#values = tags.map(() => undefined);
  }

  /** Takes a value of a tag. @returns true if a change-over, or the return from one, has just taken place */
  take(tag: number, value: number): boolean {
    const place = this.#places.get(tag) as number;
    const before = this.#values[place];
    if (before === value) return false;
    this.#values[place] = value;
    const was = this.isChanged;
    if (this.#values.every((one, i) => one !== undefined && this.#learned[i]?.includes(one) === true)) {
      this.isChanged = false;
      return was;
    }
    if (!this.#isExchange()) return false;
    this.isChanged = true;
    return !was || before !== undefined;
  }

  /** True if the members can be exchanged so that each has a state that its place had in the calibration (bipartite matching). */
  #isExchange(): boolean {
    const taker = new Map<number, number>();
    const place = (member: number, tried: Set<number>): boolean => {
      const value = this.#values[member];
      return this.#learned.some((states, at) => {
        if (value === undefined || !states.includes(value) || tried.has(at)) return false;
        tried.add(at);
        const holder = taker.get(at);
        if (holder !== undefined && !place(holder, tried)) return false;
        taker.set(at, member);
        return true;
      });
    };
    return this.#values.every((_, member) => place(member, new Set()));
  }
}
