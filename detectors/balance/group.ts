import type { DetectorGroup } from '../../src/core/detector.ts';
import type { Vector } from '../../src/core/observation.ts';
import { bounded } from '../../src/detector-kit/intake.ts';
import { gapPeriods } from '../../src/detector-kit/rows.ts';
import { Account, type AccountSnapshot } from './account.ts';
import { type Block, blockGap, Blocks, type BlocksSnapshot } from './blocks.ts';
import { LateReadings, type LateReadingsSnapshot } from './late-readings.ts';
import type { ModeFlows } from './mode-flows.ts';
import type { Balance, GroupBaseline } from './schema.ts';
import { flowedSince } from './windows.ts';

export interface GroupSnapshot {
  readonly lastTime: number;
  readonly before: Float64Array;
  readonly lastBlock: number;
  readonly blocks: BlocksSnapshot;
  /** Absent in snapshots of earlier versions. */
  readonly late?: LateReadingsSnapshot;
  readonly spoilt: readonly string[];
  /** In the order of the baseline's balances. */
  readonly accounts: readonly AccountSnapshot[];
}

/** A balance of a group with the positions of its tags in the group's vectors. */
export interface Kept {
  readonly account: Account;
  /** The level, then its flows. */
  readonly columns: readonly number[];
  /** Position of its errors by late readings: of the level, and of the flow since the previous row. */
  readonly errors: readonly [number, number];
  readonly value: Float64Array;
}

/** Balances of one group: computes surprises from vectors. */
export class GroupAccounts {
  baseline: GroupBaseline;
  readonly #gapMs: number;
  readonly #flows: ModeFlows;
  /** In the order of the baseline. */
  readonly #kept: Kept[];
  /** Level name → positions of its balances in `#kept`. */
  readonly #byLevel: ReadonlyMap<string, readonly number[]>;
  readonly #blocks: Blocks;
  readonly #late: LateReadings;
  /** Levels whose block in progress contains anomalous rows. */
  readonly #spoilt = new Set<string>();
  /** Values of the last row. */
  readonly #before: Float64Array;
  #lastTime = Number.NaN;
  #lastBlock = Number.NaN;

  constructor(group: DetectorGroup, flows: ModeFlows, baseline: GroupBaseline) {
    const { tags } = flows;
    this.baseline = baseline;
    this.#flows = flows;
    this.#gapMs = gapPeriods * group.periodMs;
    this.#before = new Float64Array(tags.length).fill(Number.NaN);
    const column = new Map(tags.map(({ name }, index) => [name, index]));
    const { balances } = baseline;
    this.#blocks = new Blocks(tags.length + 2 * balances.length, group.periodMs);
    const known = balances.map((balance) => {
      const columns = [balance.level, ...balance.terms.map(({ tag }) => tag)].map((name) => column.get(name) ?? -1);
      return { balance, columns, tagColumns: columns.map((one) => flows.tagColumn(one)) };
    });
    const scanMs = tags.slice(0, group.tags.length).map((tag) => tag.scanMs);
    this.#late = new LateReadings(known, scanMs, group.periodMs);
    this.#kept = known.map(({ balance, columns }, place) => {
      const errors = [tags.length + place, tags.length + balances.length + place] as const;
      return { account: new Account(balance), columns, errors, value: new Float64Array(columns.length + 2) };
    });
    const places = baseline.balances.map(({ level }, place) => ({ level, place }));
    this.#byLevel = new Map(
      [...Map.groupBy(places, ({ level }) => level)].map(([level, some]) => [level, some.map(({ place }) => place)]),
    );
  }

  /** True while every tag of the baseline is in the group. */
  get fits(): boolean {
    return this.#kept.every(({ columns }) => !columns.includes(-1));
  }

  /** Balances of a level: by rows, and by means of rows. */
  of(level: string): readonly Kept[] {
    return (this.#byLevel.get(level) ?? []).map((place) => this.#kept[place] as Kept);
  }

  /** Replaces a balance; the state of its account is kept. */
  amend({ level, meanOf }: Balance, change: (before: Balance) => Balance): void {
    const place = this.baseline.balances.findIndex((one) => one.level === level && one.meanOf === meanOf);
    const kept = this.#kept[place];
    if (kept === undefined) return;
    const balance = change(kept.account.balance);
    const account = new Account(balance);
    account.restore(kept.account.snapshot());
    this.#kept[place] = { ...kept, account };
    this.baseline = { ...this.baseline, balances: this.baseline.balances.with(place, balance) };
  }

  /** Computes all balances after a row. @param take receives each level and its surprise */
  score({ time, value, mask, age }: Vector, take: (level: string, surprise: number) => void): void {
    if (this.#kept.length === 0) return;
    const row = this.#flows.extend(value.map((one, i) => (mask[i] === 0 ? bounded(one) : Number.NaN)));
    const errors = this.#late.push(time, age, row, this.#before);
    const all = Float64Array.from([...row, ...errors]);
    const block = this.#blocks.add(time, all);
    if (block !== undefined) this.#drawMeans(block);
    this.#drawRows(time, all);
    this.#before.set(row);
    for (const [level, places] of this.#byLevel)
      take(level, Math.max(...places.map((place) => (this.#kept[place] as Kept).account.surprise)));
  }

  #drawMeans({ time, value }: Block): void {
    const step = time - this.#lastBlock;
    const follows = step > 0 && step <= blockGap * this.#blocks.periodMs;
    this.#lastBlock = time;
    const flows = value.subarray(value.length / 2);
    for (const kept of this.#kept) {
      if (!isOfMeans(kept)) continue;
      if (this.#spoilt.delete(kept.account.balance.level)) kept.account.begin();
      else push(kept, value, (column) => flows[column] as number, follows);
    }
  }

  #drawRows(time: number, row: Float64Array): void {
    const step = time - this.#lastTime;
    const follows = step > 0 && step <= this.#gapMs;
    this.#lastTime = time;
    for (const kept of this.#kept) {
      if (isOfMeans(kept)) continue;
      const isOver = push(kept, row, (column) => flowedSince(row[column] as number, this.#before[column]), follows);
      if (isOver) this.#beginMeans(kept.account.balance.level);
    }
  }

  /**
   * A deviation that has ended by the rows would remain in the means for hours. They therefore restart with the first mean
   * without it.
   */
  #beginMeans(level: string): void {
    this.#spoilt.add(level);
    for (const kept of this.of(level)) if (isOfMeans(kept)) kept.account.begin();
  }

  snapshot(): GroupSnapshot {
    return {
      lastTime: this.#lastTime,
      before: this.#before.slice(),
      spoilt: [...this.#spoilt],
      lastBlock: this.#lastBlock,
      blocks: this.#blocks.snapshot(),
      late: this.#late.snapshot(),
      accounts: this.#kept.map(({ account }) => account.snapshot()),
    };
  }

  restore({ lastTime, before, spoilt, lastBlock, blocks, late, accounts }: GroupSnapshot): void {
    // a running state of a version without flows by mode: all horizons restart
    if (before.length !== this.#before.length) return;
    this.#before.set(before);
    this.#spoilt.clear();
    for (const level of spoilt) this.#spoilt.add(level);
    this.#lastTime = lastTime;
    this.#lastBlock = lastBlock;
    this.#blocks.restore(blocks);
    if (late !== undefined) this.#late.restore(late);
    this.#kept.forEach(({ account }, place) => {
      const kept = accounts[place];
      if (kept !== undefined) account.restore(kept);
    });
  }
}

const isOfMeans = ({ account }: Kept): boolean => account.balance.meanOf !== 1;

/** @param flowed flow of a column since the previous row. @returns true when a deviation has ended */
function push(
  { account, columns, errors: [ofLevel, ofFlows], value: own }: Kept,
  value: Float64Array,
  flowed: (column: number) => number,
  follows: boolean,
): boolean {
  columns.forEach((column, i) => (own[i] = i === 0 ? (value[column] as number) : flowed(column)));
  own[columns.length] = value[ofLevel] as number;
  // a mean flow since the previous block is that of one row, an error adds up
  own[columns.length + 1] = account.balance.meanOf * flowed(ofFlows);
  return account.push(own, follows);
}
