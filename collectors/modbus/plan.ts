import type { Logger } from '../../src/core/plugin.ts';
import { Bisection } from './bisect.ts';
import { type Block, blockOf, planBlocks, type PlanRules } from './planner.ts';
import type { Point, ScanClass } from './points.ts';
import { describeException, isSearched } from './quality.ts';
import type { Refusal, RefusalMemory } from './refusals.ts';

type Request = Block<Point>;

/**
 * Requests of a device's scan classes, and its known refusals. Outlives connections; the stored refusals outlive the run, so that
 * an illegal address is searched once. Times are ms UTC of the machine.
 */
export class DevicePlan {
  readonly #rules: PlanRules;
  readonly #memory: RefusalMemory;
  readonly #logger: Logger;
  readonly #classes: ReadonlyMap<number, ScanClass>;
  readonly #blocks = new Map<number, readonly Request[]>();
  readonly #refusals = new Map<Request, Refusal>();
  readonly #searches = new Map<number, Bisection<Point>[]>();
  readonly #urgent = new Set<Request>();
  #revision = 0;

  constructor(classes: readonly ScanClass[], rules: PlanRules, memory: RefusalMemory, nowMs: number, logger: Logger) {
    this.#rules = rules;
    this.#memory = memory;
    this.#logger = logger;
    this.#classes = new Map(classes.map((scan) => [scan.periodMs, scan]));
    memory.keepOnly(classes.flatMap(({ points }) => points));
    for (const scan of classes) this.#plan(scan, nowMs);
  }

  /** All requests, the fastest class first. */
  get blocks(): readonly Request[] {
    return [...this.#blocks.values()].flat();
  }

  /** Increases whenever `blocks` changes. */
  get revision(): number {
    return this.#revision;
  }

  /** True for a part of a block that was refused: its tags wait for their sample. */
  isUrgent(block: Request): boolean {
    return this.#urgent.has(block);
  }

  /** True if a block is refused, or was. */
  get hasRefusals(): boolean {
    return this.#refusals.size > 0;
  }

  /** Reason why the block is not requested now; undefined if it is. */
  refusalOf(block: Request, nowMs: number): Refusal | undefined {
    const refusal = this.#refusals.get(block);
    return refusal !== undefined && refusal.untilMs > nowMs ? refusal : undefined;
  }

  /** The device has answered the block with data. */
  answered(block: Request, nowMs: number): void {
    // The usual case returns early, because it occurs for every reply.
    if (this.#searches.size === 0 && this.#refusals.size === 0) return;
    const period = periodOf(block);
    const search = this.#searches.get(period)?.find((one) => one.isPending(block));
    search?.accepted(block);
    this.#urgent.delete(block);
    if (this.#refusals.delete(block)) {
      this.#memory.accept(block.spans);
      this.#logger.info(`answered again: ${describeBlock(block)}`);
      if (!this.#searches.has(period)) this.#replan(period, nowMs);
    }
    this.#conclude(period, nowMs);
  }

  /**
   * The device has refused the block with a lasting exception. Returns true if smaller blocks are requested instead, false if the
   * block itself stays refused.
   */
  refused(block: Request, exception: number, nowMs: number): boolean {
    const period = periodOf(block);
    const searches = this.#searches.get(period) ?? [];
    const search = searches.find((one) => one.isPending(block)) ?? new Bisection(block);
    if (!searches.includes(search)) this.#searches.set(period, [...searches, search]);
    const parts = isSearched(exception) ? search.refused(block) : [];
    this.#urgent.delete(block);
    if (parts.length > 0) {
      if (block === search.root) this.#logger.info(`something in ${describeBlock(block)} is refused: looking for it`);
      this.#blocks.set(
        period,
        (this.#blocks.get(period) ?? []).flatMap((other) => (other === block ? parts : [other])),
      );
      for (const part of parts) this.#urgent.add(part);
      this.#revision++;
    } else this.#refuse(block, exception, nowMs);
    if (isSearched(exception)) this.#conclude(period, nowMs);
    else this.#end(period, [search], nowMs);
    return parts.length > 0;
  }

  /** Removes expired refusals. */
  refresh(nowMs: number): void {
    if (!this.#memory.expire(nowMs)) return;
    for (const period of this.#classes.keys()) if (!this.#searches.has(period)) this.#replan(period, nowMs);
  }

  /** The device was replaced: all refusals are dropped. */
  forget(nowMs: number): void {
    if (!this.#memory.forget() && this.#searches.size === 0) return;
    this.#searches.clear();
    for (const period of this.#classes.keys()) this.#replan(period, nowMs);
  }

  #refuse(block: Request, exception: number, nowMs: number): void {
    if (block.spans.some((span) => this.#memory.refusalOf(span) === undefined)) {
      this.#logger.warn(`refused with ${describeException(exception)}: ${describeBlock(block)}`, {
        hint: 'compare the addresses with the device, and the limits of a request with its manual',
      });
    }
    this.#memory.refuse(block.spans, exception, nowMs);
    this.#noteRefusal(block);
  }

  /** Applies the results of finished searches. */
  #conclude(period: number, nowMs: number): void {
    const finished = this.#searches.get(period)?.filter((search) => search.findings() !== undefined) ?? [];
    for (const search of finished) {
      const { refused, barriers, alone } = search.findings() ?? { refused: [], barriers: [], alone: [] };
      this.#memory.separate(barriers, alone, nowMs);
      const unnoted = refused.filter((span) => this.#memory.refusalOf(span) === undefined);
      if (unnoted.length > 0) this.#refuse(blockOf(unnoted), 2, nowMs);
    }
    this.#end(period, finished, nowMs);
  }

  /** While another search of the class runs, its blocks do not change. */
  #end(period: number, ended: readonly Bisection<Point>[], nowMs: number): void {
    if (ended.length === 0) return;
    const rest = this.#searches.get(period)?.filter((search) => !ended.includes(search)) ?? [];
    if (rest.length > 0) this.#searches.set(period, rest);
    else {
      this.#searches.delete(period);
      this.#replan(period, nowMs);
    }
  }

  #replan(period: number, nowMs: number): void {
    const scan = this.#classes.get(period);
    if (scan !== undefined) this.#plan(scan, nowMs);
  }

  /** Plans a class again. An unchanged block keeps its object, and therefore its phase in time. */
  #plan({ periodMs, points }: ScanClass, nowMs: number): void {
    const before = this.#blocks.get(periodMs) ?? [];
    const kinds = Map.groupBy(points, (point) => {
      const refusal = this.#memory.refusalOf(point);
      if (refusal !== undefined) return `refused ${refusal.exception}`;
      return this.#memory.isAlone(point) ? `alone ${point.start} ${point.width}` : '';
    });
    const blocks = [...kinds.values()]
      .flatMap((some) => planBlocks(some, this.#rulesFor(some, nowMs)))
      .map((block) => same(block, before) ?? block);
    for (const block of before) {
      this.#refusals.delete(block);
      if (!blocks.includes(block)) this.#urgent.delete(block);
    }
    for (const block of blocks) this.#noteRefusal(block);
    this.#blocks.set(periodMs, blocks);
    this.#revision++;
  }

  #rulesFor(points: readonly Point[], nowMs: number): PlanRules {
    return { ...this.#rules, barriers: [...this.#rules.barriers, ...this.#memory.barriers(points, nowMs)] };
  }

  /** A block of refused spans is omitted until the last of their waiting times ends. */
  #noteRefusal(block: Request): void {
    const refusals = block.spans.map((span) => this.#memory.refusalOf(span));
    const last = refusals.reduce((a, b) => ((b?.untilMs ?? 0) > (a?.untilMs ?? 0) ? b : a));
    if (last !== undefined) this.#refusals.set(block, last);
  }
}

const same = (block: Request, others: readonly Request[]): Request | undefined =>
  others.find((other) => other.spans.length === block.spans.length && other.spans.every((span, i) => span === block.spans[i]));

/** Period of the block's scan class, ms of stream time. */
export const periodOf = ({ spans }: Request): number => spans[0]?.periodMs ?? Number.POSITIVE_INFINITY;

/** Text for the block, e.g. `input 0–11 (6 tags from RW.LT01)`. */
export function describeBlock({ table, start, count, spans }: Request): string {
  const reach = count === 1 ? `${start}` : `${start}–${start + count - 1}`;
  const name = spans[0]?.name ?? '';
  return `${table} ${reach} (${spans.length === 1 ? name : `${spans.length} tags from ${name}`})`;
}
