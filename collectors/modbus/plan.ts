import type { Logger } from '../../src/core/plugin.ts';
import { type Block, type PlanLimits, planBlocks, splitBlock } from './planner.ts';
import type { Point, ScanClass } from './points.ts';
import { describeException } from './quality.ts';

/** How long an address that the device refuses is left alone, in ms of the machine's clock. */
const refusedMs = 300_000;

/** A block that the device refuses, and until when it is not asked again. */
export interface Refusal {
  readonly exception: number;
  readonly untilMs: number;
}

/**
 * The requests of a device's scan classes, and what was learned of them: it outlives the connection, so that an illegal
 * address is looked for once and not after each reconnect.
 */
export class DevicePlan {
  readonly #logger: Logger;
  readonly #blocks = new Map<ScanClass, Block<Point>[]>();
  readonly #refusals = new Map<Block<Point>, Refusal>();
  /** False once the device has shown that it does not bear the question. */
  askIdentity: boolean;
  /** What it last said of itself. */
  identity: Readonly<Record<string, string>> | undefined;

  constructor(classes: readonly ScanClass[], limits: PlanLimits, askIdentity: boolean, logger: Logger) {
    this.#logger = logger;
    this.askIdentity = askIdentity;
    for (const scan of classes) this.#blocks.set(scan, planBlocks(scan.points, limits));
  }

  blocksOf(scan: ScanClass): readonly Block<Point>[] {
    return this.#blocks.get(scan) ?? [];
  }

  /** The block's refusal while it holds. */
  refusalOf(block: Block<Point>, nowMs: number): Refusal | undefined {
    const refusal = this.#refusals.get(block);
    return refusal !== undefined && refusal.untilMs > nowMs ? refusal : undefined;
  }

  refuse(block: Block<Point>, exception: number, nowMs: number): void {
    if (!this.#refusals.has(block)) {
      this.#logger.warn(`refused with ${describeException(exception)}: ${describeBlock(block)}`, {
        hint: 'compare the addresses with the device, and the limits of a request with its manual',
      });
    }
    this.#refusals.set(block, { exception, untilMs: nowMs + refusedMs });
  }

  /** The device answers for the block again. */
  accept(block: Block<Point>): void {
    this.#refusals.delete(block);
  }

  /** Replaces a block that holds an illegal address by smaller ones, for good; undefined when it is one tag alone. */
  split(scan: ScanClass, block: Block<Point>): readonly Block<Point>[] | undefined {
    if (block.spans.length < 2) return undefined;
    const parts = splitBlock(block);
    this.#logger.info(`an address in ${describeBlock(block)} is illegal: read as ${parts.length} requests from now on`);
    this.#blocks.set(
      scan,
      this.blocksOf(scan).flatMap((other) => (other === block ? parts : [other])),
    );
    return parts;
  }
}

/** The block in words, e.g. `input 0–11 (6 tags from RW.LT01)`. */
export function describeBlock({ table, start, count, spans }: Block<Point>): string {
  const reach = count === 1 ? `${start}` : `${start}–${start + count - 1}`;
  const name = spans[0]?.name ?? '';
  return `${table} ${reach} (${spans.length === 1 ? name : `${spans.length} tags from ${name}`})`;
}
