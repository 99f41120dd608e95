import { isRecord } from '../../src/detector-kit/columns.ts';
import { Cover } from './cover.ts';
import { Days, dayValues } from './days.ts';
import { Rank } from './rank.ts';
import { numbers, SavedLists } from './saved.ts';
import { Shapes, shapeSamples } from './shapes.ts';

/** Views of a tag. */
export const views = ['short', 'long', 'shape', 'day'] as const;
export type View = (typeof views)[number];

/** Samples whose mean is the level of the two level views. */
export const levelSamples = [3, 12] as const;
/** Number of samples that determine the scale of a tag; with fewer nothing is judged. */
export const scaleSamples = 64;
/** Distances below this share of the early standard deviation are zero. */
const finest = 1e-4;
/** Maximum number of missing samples; after more, the past and the next samples are unrelated. */
const gapSamples = 24;
/** Number of distinguished findings; then numbers repeat. */
const mostFindings = 65_535;

/** Memory of one tag, and the novelty of its present. */
export class TagMemory {
  /** Learned samples since the beginning. */
  samples = 0;
  /** −log10 p of each view at the last sample; NaN if unknown. */
  readonly surprises = new Float64Array(views.length).fill(Number.NaN);
  /** Mean of the last 3 and 12 samples, and the second nearest past value. */
  readonly level = new Float64Array(levelSamples.length).fill(Number.NaN);
  readonly near = new Float64Array(levelSamples.length).fill(Number.NaN);
  readonly days = new Days();
  readonly #recent = new Float64Array(shapeSamples);
  readonly #covers: readonly Cover[];
  readonly #shapes: Shapes;
  readonly #ranks = views.map(() => new Rank());
  readonly #distances = new Float64Array(views.length);
  /** Number of judged samples: since the beginning, since the last gap, and since the last learned one. */
  #judged = 0;
  #unbroken = 0;
  #unlearned = 0;
  /** Last learned finding of the tag, and number of learned samples since. */
  #finding = 0;
  #sinceFinding = Number.POSITIVE_INFINITY;
  /** Consecutive learned samples without a gap. */
  #run = 0;
  /** log10 of each view's distance at the last judged sample, in units of the resolution. */
  readonly #magnitudes = new Float64Array(views.length);
  #mean = 0;
  #squares = 0;
  #resolution = Number.NaN;

  /** @param size stored levels and shapes, a power of two */
  constructor(size: number) {
    this.#covers = levelSamples.map(() => new Cover(size));
    this.#shapes = new Shapes(2 * size);
  }

  /**
   * Judges a sample by the samples learned before it. @param missed scans since the last sample, 1 if none is missing @param
   * learns false if it must not be learned @returns mean of −log10 p over the available views; NaN if there is none
   */
  judge(time: number, value: number, missed: number, learns: boolean): number {
    if (missed > gapSamples) this.#unbroken = this.#run = 0;
    this.#recent[this.#judged % shapeSamples] = value;
    this.#judged++;
    this.#unbroken++;
    this.#unlearned++;
    this.#measure(time, value);
    if (learns) this.#settleScale(value);
    this.surprises.fill(Number.NaN);
    this.#magnitudes.fill(Number.NaN);
    if (Number.isNaN(this.#resolution)) return Number.NaN;
    let sum = 0;
    let counted = 0;
    for (let view = 0; view < views.length; view++) {
      const distance = this.#distances[view] as number;
      if (Number.isNaN(distance)) continue;
      const magnitude = Math.log10(1 + distance / this.#resolution);
      this.#magnitudes[view] = magnitude;
      const surprise = (this.#ranks[view] as Rank).surprise(magnitude);
      if (Number.isNaN(surprise)) continue;
      this.surprises[view] = surprise;
      sum += surprise;
      counted++;
    }
    return counted === 0 ? Number.NaN : sum / counted;
  }

  /** Stores the last judged sample. */
  learn(time: number, value: number): void {
    this.samples++;
    this.#sinceFinding++;
    this.#remember();
    this.days.add(time, value);
  }

  /**
   * Stores the last judged sample as part of a finding. All samples of one finding count as one occurrence, which may be chance.
   * The daily view does not store them.
   */
  learnFound(): void {
    if (this.#sinceFinding > 0) this.#finding = (this.#finding % mostFindings) + 1;
    this.#sinceFinding = 0;
    this.#remember();
  }

  #remember(): void {
    this.#unlearned = 0;
    this.#run++;
    if (this.#run >= 2) this.#shapes.add(this.#meanOf(2, 0), this.#present);
  }

  /** Finding of the last samples; 0 for none. */
  get #present(): number {
    return this.#sinceFinding < shapeSamples ? this.#finding : 0;
  }

  /** Omits the last judged sample: the next one is not the successor of the last learned one. */
  leaveOut(): void {
    this.#run = 0;
  }

  /** Adds the distance of the last judged sample to the known distances. */
  rank(): void {
    for (let view = 0; view < views.length; view++) {
      const magnitude = this.#magnitudes[view] as number;
      if (!Number.isNaN(magnitude)) this.#ranks[view]?.add(magnitude);
    }
  }

  /** Distance of the present to the second-nearest past element, by view. */
  #measure(time: number, value: number): void {
    levelSamples.forEach((width, view) => {
      const cover = this.#covers[view] as Cover;
      // levels that share no sample with the present one, once all samples of it are learned
      if (this.#run >= 2 * width - 1) cover.add(this.#meanOf(width, width), this.#present);
      const level = this.#unbroken >= width ? this.#meanOf(width, 0) : Number.NaN;
      const near = Number.isNaN(level) ? Number.NaN : cover.secondNearest(level, this.#present);
      this.level[view] = level;
      this.near[view] = near;
      this.#distances[view] = Math.abs(level - near);
    });
    this.#distances[2] = this.#unbroken >= shapeSamples ? this.#shapeDistance() : Number.NaN;
    this.#distances[3] = this.days.distance(time, value);
  }

  #shapeDistance(): number {
    const { present } = this.#shapes;
    for (let point = 0; point < present.length; point++) present[point] = this.#meanOf(2, 2 * point);
    return this.#shapes.distance(this.#unlearned, this.#present);
  }

  /** Mean of `width` samples, the last of them `back` samples ago. */
  #meanOf(width: number, back: number): number {
    let sum = 0;
    for (let i = 1; i <= width; i++) sum += this.#recent[(this.#judged - back - i) % shapeSamples] as number;
    return sum / width;
  }

  /** Sets the scale from the first samples, or from the first change if they were all equal. */
  #settleScale(value: number): void {
    if (!Number.isNaN(this.#resolution)) return;
    const samples = this.samples + 1;
    const away = value - this.#mean;
    this.#mean += away / samples;
    this.#squares += away * (value - this.#mean);
    if (samples < scaleSamples || !(this.#squares > 0)) return;
    this.#resolution = finest * Math.sqrt(this.#squares / samples);
    // a tag that was constant until now had distance 0 as often
    if (samples > scaleSamples) for (const rank of this.#ranks) rank.add(0, samples - 1);
  }

  /** Every list at its full size, as versions stored it that held them so. */
  save(): unknown {
    const { days } = this;
    return {
      figures: [
        this.samples,
        this.#judged,
        this.#unbroken,
        this.#unlearned,
        this.#run,
        this.#mean,
        this.#squares,
        this.#resolution,
        this.#shapes.count,
        this.#finding,
        this.#sinceFinding,
      ],
      arrays: [
        ...this.#small().map((list) => list.slice()),
        ...this.#shapes.save(),
        ...days.save(),
        days.day.slice(),
        days.seen.slice(),
        ...this.#covers.flatMap((cover) => cover.save()),
        ...this.#ranks.map(({ counts }) => Float64Array.from(counts)),
      ],
      covers: this.#covers.map(({ count }) => count),
      ranks: this.#ranks.map(({ total }) => total),
      near: [days.nearLow, days.nearHigh],
    };
  }

  /** @throws ScadaError BASELINE_MISMATCH */
  load(saved: unknown): void {
    const { figures, arrays, covers, ranks, near } = isRecord(saved) ? saved : {};
    const [samples, judged, unbroken, unlearned, run, mean, squares, resolution, shapes, finding, since] = numbers(figures, 11);
    this.samples = samples as number;
    this.#judged = judged as number;
    this.#unbroken = unbroken as number;
    this.#unlearned = unlearned as number;
    this.#run = run as number;
    this.#mean = mean as number;
    this.#squares = squares as number;
    this.#resolution = resolution as number;
    this.#finding = finding as number;
    this.#sinceFinding = since as number;
    const { days } = this;
    [days.nearLow, days.nearHigh] = numbers(near, 2) as [number, number];
    const lists = new SavedLists(arrays);
    for (const list of this.#small()) list.set(lists.next(list.length));
    this.#shapes.load(shapes as number, lists.next(this.#shapes.size), lists.nextFindings(this.#shapes.size));
    const [low, high] = [lists.next(dayValues), lists.next(dayValues)];
    days.day.set(lists.next(days.day.length));
    days.seen.set(lists.next(days.seen.length));
    days.load(low, high);
    const counts = numbers(covers, this.#covers.length);
    this.#covers.forEach((cover, i) => cover.load(counts[i] as number, lists.next(cover.size), lists.nextFindings(cover.size)));
    const totals = numbers(ranks, views.length);
    this.#ranks.forEach((rank, i) => {
      rank.total = totals[i] as number;
      rank.counts.set(lists.next(rank.counts.length));
    });
  }

  #small(): readonly Float64Array[] {
    return [this.surprises, this.level, this.near, this.#recent, this.#distances];
  }
}
