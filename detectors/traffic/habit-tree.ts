import type { Json } from '../../src/core/detector.ts';
import { isRecord, mismatch } from '../../src/detector-kit/columns.ts';

/** Repetitions within this time are the same occasion: packets of one exchange are not independent evidence, ms. */
export const occasionMs = 1_000;

/** True if addresses were used. */
export const isWindow = (low: number, high: number): boolean => low <= high && Number.isFinite(low) && Number.isFinite(high);

/** One habit with its sub-habits. */
export class Habit {
  occasions = 0;
  /** Occasions of its sub-habits, or its own without any. */
  sightings = 0;
  /** Time of the last occasion, ms UTC. */
  last = Number.NEGATIVE_INFINITY;
  /** Used addresses; infinite and reversed if there were none. */
  low = Number.POSITIVE_INFINITY;
  high = Number.NEGATIVE_INFINITY;
  /** Occasions on which that window was extended. */
  widened = 0;
  /** Sightings of all sub-habits, and number of those with one occasion only. */
  total = 0;
  singles = 0;
  readonly under = new Map<string, Habit>();

  touch(low: number, high: number): void {
    if (!isWindow(low, high) || (low >= this.low && high <= this.high)) return;
    this.low = Math.min(this.low, low);
    this.high = Math.max(this.high, high);
    this.widened++;
  }
}

/** Position at which a path becomes unknown. */
export interface Unknown {
  /** The last known habit on the path, without the next step. */
  readonly at: Habit;
  /** Known steps of the path. */
  readonly depth: number;
}

/**
 * Normal traffic as paths: client, server, port and so on. Bounded: a full tree accepts nothing new. From then on nothing counts
 * as new, because a habit that was not stored may be normal.
 */
export class HabitTree {
  readonly root = new Habit();
  readonly #most: number;
  #size = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#size;
  }

  get full(): boolean {
    return this.#size >= this.#most;
  }

  /**
   * Counts a sighting of the last step, which is also one of every step before it.
   * @returns the last step, or undefined if there is no space for it
   */
  learn(path: readonly string[], time: number): Habit | undefined {
    const habits = this.#make(path);
    const last = habits?.at(-1);
    if (habits === undefined || last === undefined || Math.abs(time - last.last) < occasionMs) return last;
    let parent = this.root;
    for (const habit of habits) {
      habit.sightings++;
      parent.total++;
      if (Math.abs(time - habit.last) >= occasionMs) {
        habit.last = time;
        habit.occasions++;
        if (habit.occasions === 1) parent.singles++;
        if (habit.occasions === 2) parent.singles--;
      }
      parent = habit;
    }
    return last;
  }

  find(path: readonly string[]): Habit | undefined {
    let habit: Habit | undefined = this.root;
    for (const step of path) habit = habit?.under.get(step);
    return habit;
  }

  /** The first unknown step of the path; undefined if all are known, or if the tree is full. */
  unknown(path: readonly string[]): Unknown | undefined {
    let at = this.root;
    for (const [depth, step] of path.entries()) {
      const next = at.under.get(step);
      if (next === undefined) return this.full ? undefined : { at, depth };
      at = next;
    }
    return undefined;
  }

  /** Removes a habit with its sub-habits, as if it had never been seen; a parent without any other sub-habit is removed too. */
  forget(path: readonly string[]): void {
    const gone = this.find(path)?.sightings;
    if (gone === undefined) return;
    const above = path.map((_, depth) => this.find(path.slice(0, depth)) as Habit);
    for (const [depth, parent] of [...above.entries()].reverse()) {
      const step = path[depth] as string;
      const habit = parent.under.get(step) as Habit;
      parent.total -= gone;
      if (habit.occasions === 1) parent.singles--;
      habit.sightings -= gone;
      // without the removed habit it cannot have occurred more often than the remaining ones
      habit.occasions = Math.min(habit.occasions, habit.sightings);
      if (habit.occasions === 1) parent.singles++;
      if (habit.sightings > 0 && depth < path.length - 1) continue;
      this.#size -= sizeOf(habit);
      parent.under.delete(step);
    }
  }

  clear(): void {
    this.root.under.clear();
    this.root.total = 0;
    this.root.singles = 0;
    this.#size = 0;
  }

  /** The habits of a path; undefined if there is no space for all of them. */
  #make(path: readonly string[]): Habit[] | undefined {
    const habits: Habit[] = [];
    let parent = this.root;
    for (const step of path) {
      let habit = parent.under.get(step);
      if (habit === undefined) {
        if (this.full) return undefined;
        habit = new Habit();
        parent.under.set(step, habit);
        this.#size++;
      }
      habits.push(habit);
      parent = habit;
    }
    return habits;
  }

  toJson(): Json {
    return jsonUnder(this.root);
  }

  /** @throws ScadaError BASELINE_MISMATCH */
  fromJson(json: unknown): void {
    this.clear();
    this.#fill(this.root, json);
  }

  #fill(parent: Habit, json: unknown): void {
    if (!isRecord(json)) throw mismatch('habits of traffic are not an object');
    for (const [step, entry] of Object.entries(json)) {
      if (!isRecord(entry)) throw mismatch(`${step} is not a habit`);
      const habit = new Habit();
      habit.occasions = numberOf(entry['occasions'], 0);
      habit.sightings = numberOf(entry['sightings'], habit.occasions);
      habit.last = numberOf(entry['last'], Number.NEGATIVE_INFINITY);
      habit.low = numberOf(entry['low'], Number.POSITIVE_INFINITY);
      habit.high = numberOf(entry['high'], Number.NEGATIVE_INFINITY);
      habit.widened = numberOf(entry['widened'], 0);
      parent.under.set(step, habit);
      parent.total += habit.sightings;
      if (habit.occasions === 1) parent.singles++;
      this.#size++;
      if (entry['under'] !== undefined) this.#fill(habit, entry['under']);
    }
  }
}

const sizeOf = (habit: Habit): number => habit.under.values().reduce((sum, under) => sum + sizeOf(under), 1);

function jsonUnder(habit: Habit): Json {
  const names = [...habit.under.keys()].toSorted();
  return Object.fromEntries(
    names.map((name) => {
      const { occasions, sightings, last, low, high, widened, under } = habit.under.get(name) as Habit;
      const window = widened > 0 ? { low, high, widened } : {};
      const seen = sightings === occasions ? {} : { sightings };
      const inside = under.size > 0 ? { under: jsonUnder(habit.under.get(name) as Habit) } : {};
      return [name, { occasions, ...seen, last, ...window, ...inside }];
    }),
  );
}

function numberOf(value: unknown, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (typeof value !== 'number') throw mismatch(`${JSON.stringify(value)} is not a number`);
  return value;
}
