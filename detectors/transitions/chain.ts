import type { Tag } from '../../src/core/tag.ts';
import type { Columns } from '../../src/detector-kit/columns.ts';
import { inverseChanceOfNew } from '../../src/detector-kit/grade.ts';

/** Bins that the values of a channel are divided into, at most. */
export const bins = 24;
/** A value this close to the limit of its bin, in widths of a bin, also counts as one of the next bin. */
const blur = 0.25;
/** Least share of the moves that pass a whole bin. Below it the value is slow, and its few moves at an extreme are all rare. */
const leastMoves = 1 / 500;
/** Largest position of a value, in last digits: beyond it the bins would become infinitely wide. */
const furthest = 2 ** 600;
/** Width of a bin by its level, in last digits: a power for each sample would take longer than the rest. */
const widths = Float64Array.from({ length: 602 }, (_, level) => 2 ** level);

/** Place of a bin in the arrays: consecutive bins have different ones. The remainder of an integer takes far less time. */
function place(bin: number): number {
  const integer = bin | 0;
  const rest = integer === bin ? integer % bins : bin % bins;
  return rest < 0 ? rest + bins : rest;
}

/**
 * Markov chains of quantised values, one for each channel: how often the value moved from one bin to another, or stayed, from one sample
 * to the next. Bins begin with one last digit each. They are doubled in width whenever they would become more than `bins`, so that the result does not
 * depend on the order of the samples. Columns of the baseline.
 */
export class Chain {
  /** Each bin has two to this power last digits. */
  readonly #level: Float64Array;
  /** Lowest and highest bin; NaN before the first move. */
  readonly #low: Float64Array;
  readonly #high: Float64Array;
  /** Number of moves from bin `a` to bin `b` at `bins · place(a) + place(b)`. */
  readonly #moves: Float64Array;
  /** Number of all moves, and of those past a whole bin. */
  readonly #total: Float64Array;
  readonly #far: Float64Array;
  /** Number of moves from each bin. */
  readonly #visits: Float64Array;
  /** Number of bins that followed each bin once only. Counted with the moves: a sum for each sample would take longer than the rest. */
  readonly #once: Uint8Array;
  /** Number of moves that stay in their bin, by channel. Counted with the moves. */
  readonly #stays: Float64Array;
  /** Inverse chance of a new bin, computed at this number of moves. */
  readonly #newBin: Float64Array;
  readonly #newBinAt: Float64Array;
  /** Last digits in a unit of the tag. */
  readonly #digits: Float64Array;

  constructor(tags: readonly Tag[], baseline: Columns) {
    this.#level = baseline.add('level');
    this.#low = baseline.add('low', 1, Number.NaN);
    this.#high = baseline.add('high', 1, Number.NaN);
    this.#moves = baseline.add('moves', bins * bins);
    this.#visits = baseline.add('visits', bins);
    this.#total = baseline.add('total');
    this.#far = baseline.add('far');
    this.#once = new Uint8Array(tags.length * bins);
    this.#stays = new Float64Array(tags.length);
    this.#newBin = new Float64Array(tags.length);
    this.#newBinAt = new Float64Array(tags.length).fill(Number.NaN);
    this.#digits = Float64Array.from(tags, ({ decimals }) => 10 ** decimals);
  }

  /** Another baseline was restored. */
  forgetComputed(): void {
    this.#newBinAt.fill(Number.NaN);
    for (let channel = 0; channel < this.#total.length; channel++) this.#count(channel);
  }

  /** Learns one move. */
  add(channel: number, from: number, to: number): void {
    // a calibration that begins anew clears the baseline
    if (this.#total[channel] === 0) {
      this.#once.fill(0, channel * bins, (channel + 1) * bins);
      this.#stays[channel] = 0;
    }
    let a = this.#binOf(channel, from);
    let b = this.#binOf(channel, to);
    if (!this.#isWithin(channel, a) || !this.#isWithin(channel, b)) {
      this.#cover(channel, from);
      this.#cover(channel, to);
      a = this.#binOf(channel, from);
      b = this.#binOf(channel, to);
    }
    const [cell, row] = [this.#cell(channel, a, b), channel * bins + place(a)];
    const before = this.#moves[cell] as number;
    this.#moves[cell] = before + 1;
    if (before === 0) (this.#once[row] as number)++;
    else if (before === 1) (this.#once[row] as number)--;
    (this.#visits[row] as number)++;
    (this.#total[channel] as number)++;
    if (a === b) (this.#stays[channel] as number)++;
    if (Math.abs(a - b) > 1) (this.#far[channel] as number)++;
  }

  /** False for a slow or constant value. */
  isLively(channel: number): boolean {
    return (this.#far[channel] as number) > leastMoves * (this.#total[channel] as number);
  }

  /**
   * Rarity of a move: −ln of its share among the moves from the same bin, or of the chance of a new one. 0 if a value is beyond the bins, where other
   * detectors judge it. Near the limit of a bin the more frequent of both bins counts.
   */
  rarity(channel: number, from: number, to: number): number {
    const x = this.#positionOf(channel, from);
    const y = this.#positionOf(channel, to);
    const [a, b] = [Math.floor(x), Math.floor(y)];
    const least = this.#inverseChance(channel, a, b);
    if (least === 1 || this.#level[channel] === 0) return Math.log(least);
    const [nextA, nextB] = [this.#nextTo(channel, x), this.#nextTo(channel, y)];
    const nearest = Math.min(
      least,
      nextA === a ? least : this.#inverseChance(channel, nextA, b),
      nextB === b ? least : this.#inverseChance(channel, a, nextB),
      nextA === a || nextB === b ? least : this.#inverseChance(channel, nextA, nextB),
    );
    return Math.log(nearest);
  }

  /** Rarity of a sample with which a rest at a learned value continues: −ln of the share of all moves that stay in their bin. */
  rarityOfRest(channel: number): number {
    return Math.log(((this.#total[channel] as number) + 1) / ((this.#stays[channel] as number) + 1));
  }

  /** True if two values are less than half a bin apart. */
  isNear(channel: number, one: number, other: number): boolean {
    return Math.abs(this.#positionOf(channel, one) - this.#positionOf(channel, other)) < 0.5;
  }

  /** 1 ÷ the share of a move among those from the same bin, or 1 ÷ the chance of a new one; 1 beyond the bins. */
  #inverseChance(channel: number, a: number, b: number): number {
    if (!this.#isWithin(channel, a) || !this.#isWithin(channel, b)) return 1;
    const [seen, left] = [this.#moves[this.#cell(channel, a, b)] as number, this.#visitsOf(channel, a)];
    if (seen > 0) return left / seen;
    return this.#visitsOf(channel, b) === 0
      ? this.#inverseChanceOfNewBin(channel)
      : inverseChanceOfNew(left, this.#once[channel * bins + place(a)] as number);
  }

  #isWithin(channel: number, bin: number): boolean {
    return bin >= (this.#low[channel] as number) && bin <= (this.#high[channel] as number);
  }

  /** The neighbour of a position's bin within the bins if the limit between them is near; else the bin itself. */
  #nextTo(channel: number, position: number): number {
    const bin = Math.floor(position);
    const other = position - bin < blur ? bin - 1 : position - bin > 1 - blur ? bin + 1 : bin;
    return this.#isWithin(channel, other) ? other : bin;
  }

  /** Number of moves from a bin. */
  #visitsOf(channel: number, bin: number): number {
    return this.#visits[channel * bins + place(bin)] as number;
  }

  /** Counts again what is counted with the moves. */
  #count(channel: number): void {
    let stays = 0;
    for (let i = 0; i < bins; i++) stays += this.#moves[(channel * bins + i) * bins + i] as number;
    this.#stays[channel] = stays;
    for (let row = channel * bins; row < (channel + 1) * bins; row++) {
      let sum = 0;
      for (let i = row * bins; i < (row + 1) * bins; i++) if (this.#moves[i] === 1) sum++;
      this.#once[row] = sum;
    }
  }

  /** Inverse chance of a bin without visits, by the arrivals at the others: samples that stay in a bin are no trials. */
  #inverseChanceOfNewBin(channel: number): number {
    if (this.#newBinAt[channel] === this.#total[channel]) return this.#newBin[channel] as number;
    let [all, once] = [0, 0];
    for (let b = this.#low[channel] as number; b <= (this.#high[channel] as number); b++) {
      const arrivals = this.#arrivals(channel, b);
      all += arrivals;
      if (arrivals === 1) once++;
    }
    this.#newBinAt[channel] = this.#total[channel] as number;
    return (this.#newBin[channel] = inverseChanceOfNew(all, once));
  }

  /** Number of moves to a bin from another one. */
  #arrivals(channel: number, bin: number): number {
    let sum = 0;
    for (let i = 0; i < bins; i++) if (i !== place(bin)) sum += this.#moves[this.#cell(channel, i, bin)] as number;
    return sum;
  }

  /** Learned moves like this one, and all from the same bin. `stays` if the move does not leave the bin. */
  countOf(channel: number, from: number, to: number): { readonly seen: number; readonly of: number; readonly stays: boolean } {
    const [a, b] = [this.#binOf(channel, from), this.#binOf(channel, to)];
    if (!this.#isWithin(channel, a) || !this.#isWithin(channel, b)) return { seen: 0, of: 0, stays: false };
    return { seen: this.#moves[this.#cell(channel, a, b)] as number, of: this.#visitsOf(channel, a), stays: a === b };
  }

  /** True if no learned value was in the bin of this one, nor in the next bin if the limit is near. */
  isNew(channel: number, value: number): boolean {
    const position = this.#positionOf(channel, value);
    return [Math.floor(position), this.#nextTo(channel, position)].every((bin) => this.#visitsOf(channel, bin) === 0);
  }

  /** Lowest and highest value of a bin, in the unit of the tag. */
  #limits(channel: number, bin: number): readonly [low: number, high: number] {
    const [width, digits] = [widths[this.#level[channel] as number] as number, this.#digits[channel] as number];
    return [(bin * width) / digits, ((bin + 1) * width - 1) / digits];
  }

  /** Nearest values of visited bins below and above a value, in the unit of the tag. */
  around(channel: number, value: number): readonly [low: number, high: number] {
    let below = this.#binOf(channel, value);
    let above = below;
    while (below > (this.#low[channel] as number) && this.#visitsOf(channel, below) === 0) below--;
    while (above < (this.#high[channel] as number) && this.#visitsOf(channel, above) === 0) above++;
    return [this.#limits(channel, below)[1], this.#limits(channel, above)[0]];
  }

  #cell(channel: number, a: number, b: number): number {
    return (channel * bins + place(a)) * bins + place(b);
  }

  /** Position in widths of a bin. */
  #positionOf(channel: number, value: number): number {
    const digits = value * (this.#digits[channel] as number) + 0.5;
    return Math.min(furthest, Math.max(-furthest, digits)) / (widths[this.#level[channel] as number] as number);
  }

  #binOf(channel: number, value: number): number {
    return Math.floor(this.#positionOf(channel, value));
  }

  /** Widens the bins until they include a value. */
  #cover(channel: number, value: number): void {
    for (;;) {
      const bin = this.#binOf(channel, value);
      const [low, high] = [this.#low[channel] as number, this.#high[channel] as number];
      if (bin >= low && bin <= high) return;
      const [least, most] = Number.isNaN(low) ? [bin, bin] : [Math.min(low, bin), Math.max(high, bin)];
      if (most - least < bins) {
        this.#low[channel] = least;
        this.#high[channel] = most;
        return;
      }
      this.#double(channel, low, high);
    }
  }

  /** Merges each two neighbouring bins. */
  #double(channel: number, low: number, high: number): void {
    const from = channel * bins * bins;
    const before = this.#moves.slice(from, from + bins * bins);
    this.#moves.fill(0, from, from + bins * bins);
    const visits = this.#visits.slice(channel * bins, (channel + 1) * bins);
    this.#visits.fill(0, channel * bins, (channel + 1) * bins);
    let far = 0;
    (this.#level[channel] as number)++;
    this.#low[channel] = Math.floor(low / 2);
    this.#high[channel] = Math.floor(high / 2);
    for (let a = low; a <= high; a++) {
      (this.#visits[channel * bins + place(Math.floor(a / 2))] as number) += visits[place(a)] as number;
      for (let b = low; b <= high; b++) {
        const count = before[place(a) * bins + place(b)] as number;
        const [wideA, wideB] = [Math.floor(a / 2), Math.floor(b / 2)];
        (this.#moves[this.#cell(channel, wideA, wideB)] as number) += count;
        if (Math.abs(wideA - wideB) > 1) far += count;
      }
    }
    this.#far[channel] = far;
    this.#count(channel);
  }
}
