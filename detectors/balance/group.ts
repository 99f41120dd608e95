import type { DetectorGroup } from '../../src/core/detector.ts';
import type { Vector } from '../../src/core/observation.ts';
import type { Tag } from '../../src/core/tag.ts';
import { gapPeriods } from '../../src/streaming/rows.ts';
import { Account, type AccountSnapshot } from './account.ts';
import type { Balance, GroupBaseline } from './schema.ts';

export interface GroupSnapshot {
  readonly lastTime: number;
  /** By level. */
  readonly accounts: Readonly<Record<string, AccountSnapshot>>;
}

/** A balance of a group with the place of its tags in the group's vectors. */
export interface Kept {
  readonly account: Account;
  /** The level, then its flows. */
  readonly columns: readonly number[];
  readonly value: Float64Array;
}

/** The balances of one group: vectors in, surprises out. */
export class GroupAccounts {
  baseline: GroupBaseline;
  readonly #gapMs: number;
  /** By name of the level. */
  readonly #kept: Map<string, Kept>;
  #lastTime = Number.NaN;

  /** @param tags the group's tags, in its order */
  constructor(group: DetectorGroup, tags: readonly Tag[], baseline: GroupBaseline) {
    this.baseline = baseline;
    this.#gapMs = gapPeriods * group.periodMs;
    const column = new Map(tags.map(({ name }, index) => [name, index]));
    this.#kept = new Map(
      baseline.balances.map((balance) => {
        const columns = [balance.level, ...balance.terms.map(({ tag }) => tag)].map((name) => column.get(name) ?? -1);
        return [balance.level, { account: new Account(balance), columns, value: new Float64Array(columns.length) }];
      }),
    );
  }

  /** True while every tag that the baseline knows is in the group. */
  get fits(): boolean {
    return [...this.#kept.values()].every(({ columns }) => !columns.includes(-1));
  }

  /** The balance of a level; undefined if it has none. */
  of(level: string): Kept | undefined {
    return this.#kept.get(level);
  }

  /** Puts another balance in the place of a level's; what its account has seen stays. */
  amend(level: string, change: (before: Balance) => Balance): void {
    const kept = this.#kept.get(level);
    if (kept === undefined) return;
    const balance = change(kept.account.balance);
    const account = new Account(balance);
    account.restore(kept.account.snapshot());
    this.#kept.set(level, { ...kept, account });
    const { balances } = this.baseline;
    this.baseline = { ...this.baseline, balances: balances.map((one) => (one.level === level ? balance : one)) };
  }

  /** Draws all balances after a row. @param take is given each level and its surprise */
  score({ time, value, mask }: Vector, take: (level: string, surprise: number) => void): void {
    const step = time - this.#lastTime;
    const follows = step > 0 && step <= this.#gapMs;
    this.#lastTime = time;
    for (const [level, { account, columns, value: own }] of this.#kept) {
      columns.forEach((column, i) => (own[i] = mask[column] === 0 ? (value[column] as number) : Number.NaN));
      take(level, account.push(own, follows));
    }
  }

  snapshot(): GroupSnapshot {
    return {
      lastTime: this.#lastTime,
      accounts: Object.fromEntries([...this.#kept].map(([level, { account }]) => [level, account.snapshot()])),
    };
  }

  restore({ lastTime, accounts }: GroupSnapshot): void {
    this.#lastTime = lastTime;
    for (const [level, { account }] of this.#kept) {
      const kept = accounts[level];
      if (kept !== undefined) account.restore(kept);
    }
  }
}
