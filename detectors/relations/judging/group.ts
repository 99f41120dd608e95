import type { DetectorGroup } from '../../../src/core/detector.ts';
import type { Explanation } from '../../../src/core/finding.ts';
import type { Tag } from '../../../src/core/tag.ts';
import { gapPeriods } from '../../../src/detector-kit/rows.ts';
import { longest } from '../model/bank.ts';
import { Evidence, type EvidenceSnapshot } from './evidence.ts';
import { explainRelations, mostContributions, type Part } from './explain.ts';
import type { GroupBaseline } from '../model/baseline.ts';
import { GroupModel, type ModelSnapshot } from '../model/model.ts';
import { dropsOf, suspectsOf } from './suspects.ts';

/** Surprise below which a row agrees: the detector's own bound of normal operation. */
export const agreeing = 1;

/** Values of some tags at one instant. */
export interface Row {
  /** ms UTC. */
  readonly time: number;
  readonly value: Float64Array;
  /** 1 where a value is missing. */
  readonly mask: Uint8Array;
}

export interface GroupSnapshot {
  readonly lastTime: number;
  readonly model: ModelSnapshot;
  readonly evidence: EvidenceSnapshot;
  /** By varying tag, 1 if it has had a value since the rows began anew; absent in states of earlier versions. */
  readonly known?: Uint8Array;
}

/** A group with its relations: rows in, surprise out. */
export class JudgedGroup {
  readonly #group: DetectorGroup;
  readonly #tags: readonly Tag[];
  readonly #model: GroupModel;
  /** Columns of a vector that vary, in the model's order. */
  readonly #varying: Uint32Array;
  readonly #x: Float64Array;
  readonly #mask: Uint8Array;
  readonly #known: Uint8Array;
  readonly #evidence: Evidence;
  #lastTime = Number.NaN;

  /** @param tags the group's tags, in its order */
  constructor(group: DetectorGroup, tags: readonly Tag[], baseline: GroupBaseline) {
    const column = new Map(tags.map((tag, index) => [tag.name, index]));
    this.#group = group;
    this.#tags = tags;
    this.#model = new GroupModel(baseline);
    this.#varying = Uint32Array.from(baseline.tags, (name) => column.get(name) ?? tags.length);
    this.#x = new Float64Array(baseline.tags.length);
    this.#mask = new Uint8Array(baseline.tags.length);
    this.#known = new Uint8Array(baseline.tags.length);
    this.#evidence = new Evidence(baseline.tags.length);
  }

  /** The baseline in its stored form: made anew at each call. */
  get baseline(): GroupBaseline {
    return this.#model.baseline;
  }

  /** Number of rows that were learned. */
  get rows(): number {
    return this.#model.held.rows;
  }

  /** Largest surprise that a row can have while no residual lasts. */
  get largestSurprise(): number {
    return this.#model.largestSurprise;
  }

  /** Number of separate stays in its mode that were learned; undefined if it is not of a mode. */
  get stays(): number | undefined {
    return this.#model.held.stays;
  }

  /** Stays by state of the switches; undefined if it was not learned between them. */
  get staysByState(): Readonly<Record<string, number>> | undefined {
    return this.#model.held.staysByState;
  }

  /** Time after which a stay in a state that is not learned is judged if it agrees, ms; undefined if never. */
  get agreementMs(): number | undefined {
    return this.#model.held.agreementMs;
  }

  /** True while every tag of the baseline is in the group. */
  get fits(): boolean {
    return this.#varying.every((column) => column < this.#tags.length);
  }

  score(row: Row): number {
    const step = row.time - this.#lastTime;
    let restart = !(step > 0 && step <= gapPeriods * this.#group.periodMs);
    if (!(step > 0 && step <= longest * this.#group.periodMs)) {
      this.#model.forget();
      this.#known.fill(0);
    }
    this.#lastTime = row.time;
    for (let j = 0; j < this.#x.length; j++) {
      const column = this.#varying[j] as number;
      this.#mask[j] = row.mask[column] as number;
      this.#x[j] = row.value[column] as number;
      if (this.#mask[j] === 1 || this.#known[j] === 1) continue;
      // the first value of a tag, which may come rows after a start: its past rows are guesses
      this.#known[j] = 1;
      restart = true;
    }
    const surprise = this.#model.push(this.#x, this.#mask, restart, row.time);
    // a row that is not judged, or ends an alarm, carries no information about the next ones
    if (surprise === 0) this.#evidence.forget();
    else this.#evidence.push(this.#model.lag.product);
    return surprise;
  }

  /** The next rows belong to another stay, independent of the previous one. */
  leave(): void {
    this.#lastTime = Number.NaN;
  }

  explain(): Explanation {
    const { lag, tracks, held } = this.#model;
    const { deviation } = held;
    const { products } = this.#evidence;
    const own = lag.own;
    const drops = dropsOf(own, products, mostContributions);
    const suspects = suspectsOf(drops, products.length, own, lag.product, tracks[0]?.scale ?? []);
    const offs = new Map(suspects.map(({ tag, off }) => [tag, off]));
    const partOf = (j: number, drop: number): Part[] => {
      const tag = this.#tags[this.#varying[j] as number];
      const measured = this.#x[j] as number;
      if (tag === undefined || this.#mask[j] === 1) return [];
      return [{ tag, drop, measured, expected: measured - (offs.get(j) ?? lag.error(j)) * (deviation[j] ?? 0) }];
    };
    const parts = drops.flatMap(({ tag, drop }) => partOf(tag, drop));
    const lies = suspects.flatMap(({ tag }) => partOf(tag, 0));
    return explainRelations(this.#group.name, parts, this.#error(parts), lies);
  }

  snapshot(): GroupSnapshot {
    return {
      lastTime: this.#lastTime,
      model: this.#model.snapshot(),
      evidence: this.#evidence.snapshot(),
      known: this.#known.slice(),
    };
  }

  restore(snapshot: GroupSnapshot): void {
    this.#lastTime = snapshot.lastTime;
    this.#model.restore(snapshot.model);
    this.#evidence.restore(snapshot.evidence);
    if (snapshot.known === undefined) this.#known.fill(1);
    else this.#known.set(snapshot.known);
  }

  /** Standard error of predicting the most surprising tag, in its unit. */
  #error(parts: readonly Part[]): number {
    let first: Part | undefined;
    for (const part of parts) if (first === undefined || part.drop > first.drop) first = part;
    const { tags, deviation } = this.#model.held;
    const j = tags.indexOf(first?.tag.name ?? '');
    const scale = this.#model.tracks[0]?.scale[j] ?? 0;
    return j < 0 ? 0 : (scale * (deviation[j] ?? 0)) / this.#model.lag.root(j);
  }
}
