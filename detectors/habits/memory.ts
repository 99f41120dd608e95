import { isRecord, mismatch } from '../../src/detector-kit/columns.ts';
import { Counts } from './counts.ts';

const dayMs = 86_400_000;
/** Parts of the day in which hours are counted: a quarter of an hour each. */
const parts = 96;
/** Weights of a part and of its neighbours on each side: an hour of smoothing. */
const weights = [4, 3, 2, 1] as const;
/** Classes of sizes for each doubling. */
const perOctave = 4;
/** Watched time after which earlier writes count half. */
const halfLifeMs = 180 * dayMs;

/** Times of the day at which something was done, smoothed around the clock. */
export class Hours {
  readonly #counts = new Float64Array(parts);

  /** @param localMs time of the day, ms after midnight */
  add(localMs: number): void {
    const part = partOf(localMs);
    this.#counts[part] = (this.#counts[part] as number) + 1;
  }

  get total(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /** Number of occurrences at times of the day that are no more usual than this one. */
  asRare(localMs: number): number {
    const own = this.#density(partOf(localMs));
    return this.#counts.reduce((sum, count, part) => (this.#density(part) <= own ? sum + count : sum), 0);
  }

  #density(part: number): number {
    return weights.reduce((sum, weight, away) => {
      const [before, after] = [this.#at(part - away), this.#at(part + away)];
      return sum + weight * (away === 0 ? before : before + after);
    }, 0);
  }

  #at(part: number): number {
    return this.#counts[(part + parts) % parts] as number;
  }

  halve(): void {
    this.#counts.forEach((count, part) => (this.#counts[part] = count / 2));
  }

  save(): unknown {
    return this.#counts.slice();
  }

  /** @throws ScadaError BASELINE_MISMATCH */
  load(saved: unknown): void {
    if (!(saved instanceof Float64Array) || saved.length !== parts) throw mismatch('hours of habits are missing');
    this.#counts.set(saved);
  }
}

const partOf = (localMs: number): number => Math.floor((localMs / dayMs) * parts);

/** Class of the size of a change, in quarters of a doubling. */
export const sizeClass = (size: number): number => Math.floor(perOctave * Math.log2(size));

/** The writes of one client, to one target, or of both, since the first of them. */
export class Habit {
  /** Watched time at the first write, ms. */
  firstMs = Number.NaN;
  /** Time of the last write, ms UTC. */
  lastAt = Number.NEGATIVE_INFINITY;
  lastTarget = '';
  readonly hours = new Hours();
  readonly sizes = new Counts<number>();
  readonly orders = new Counts<string>();
  readonly clients = new Counts<string>();

  /** Watched time since the first write, ms. Old writes count less once it is long. */
  watched(nowMs: number): number {
    if (Number.isNaN(this.firstMs)) this.firstMs = nowMs;
    if (nowMs - this.firstMs > halfLifeMs) {
      for (const part of [this.hours, this.sizes, this.orders, this.clients]) part.halve();
      this.firstMs = nowMs - (nowMs - this.firstMs) / 2;
    }
    return nowMs - this.firstMs;
  }

  save(): unknown {
    const { firstMs, lastAt, lastTarget, hours, sizes, orders, clients } = this;
    const counts = { hours: hours.save(), sizes: sizes.save(), orders: orders.save(), clients: clients.save() };
    return { firstMs, lastAt, lastTarget, ...counts };
  }

  /** @throws ScadaError BASELINE_MISMATCH */
  load(saved: unknown): void {
    const { firstMs, lastAt, lastTarget, hours, sizes, orders, clients } = isRecord(saved) ? saved : {};
    if (typeof firstMs !== 'number' || typeof lastAt !== 'number' || typeof lastTarget !== 'string')
      throw mismatch('a habit is incomplete');
    [this.firstMs, this.lastAt, this.lastTarget] = [firstMs, lastAt, lastTarget];
    this.hours.load(hours);
    this.sizes.load(sizes);
    this.orders.load(orders);
    this.clients.load(clients);
  }
}
