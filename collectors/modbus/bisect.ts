import { type Barrier, type Block, blockOf, type Span } from './planner.ts';

/** The two halves of a refused block, and the addresses between them; `gap` is undefined if the halves overlap. */
interface Cut<S extends Span> {
  readonly halves: readonly [Block<S>, Block<S>];
  readonly gap: Barrier | undefined;
}

/**
 * Divides a block at the gap nearest to its middle, because an address without a tag is the likeliest cause; without gaps between
 * two spans; if all overlap, between two different ones. Undefined if the block reads one range only.
 */
export function cut<S extends Span>({ unit, table, start, count, spans }: Block<S>): Cut<S> | undefined {
  const middle = start + count / 2;
  let best:
    | { readonly at: number; readonly rank: number; readonly distance: number; readonly gap: Barrier | undefined }
    | undefined;
  let end = start;
  spans.forEach((span, at) => {
    const before = spans[at - 1];
    if (before !== undefined && (before.start !== span.start || before.width !== span.width)) {
      const rank = span.start > end ? 0 : span.start === end ? 1 : 2;
      const distance = Math.abs((end + span.start) / 2 - middle);
      if (best === undefined || rank < best.rank || (rank === best.rank && distance < best.distance))
        best = { at, rank, distance, gap: rank === 2 ? undefined : { unit, table, from: end, to: span.start } };
    }
    end = Math.max(end, span.start + span.width);
  });
  if (best === undefined) return undefined;
  return { halves: [blockOf(spans.slice(0, best.at)), blockOf(spans.slice(best.at))], gap: best.gap };
}

/** Result of a search. */
export interface Findings<S extends Span> {
  readonly refused: readonly S[];
  /** Gaps that the device cannot read across. */
  readonly barriers: readonly Barrier[];
  /** Spans that overlap others and can only be read alone. */
  readonly alone: readonly S[];
}

/** Number of refusals without an acceptance after which a search ends: the cause is not one illegal address. */
const mostRefusals = 15;

interface Part {
  answered: boolean;
}

/**
 * Binary search for the refused address of a block. It sends no requests: `pending` holds the blocks to be read, at first the
 * whole block, and the caller reports the answers.
 */
export class Bisection<S extends Span> {
  readonly root: Block<S>;
  readonly #pending: Map<Block<S>, Part>;
  readonly #cuts: (Cut<S> & { readonly parts: readonly Part[] })[] = [];
  readonly #refused: S[] = [];
  #refusals = 0;
  #acceptances = 0;

  constructor(root: Block<S>) {
    this.root = root;
    this.#pending = new Map([[root, { answered: false }]]);
  }

  isPending(block: Block<S>): boolean {
    return this.#pending.has(block);
  }

  accepted(block: Block<S>): void {
    const part = this.#pending.get(block);
    if (part === undefined) return;
    this.#pending.delete(block);
    part.answered = true;
    this.#acceptances++;
  }

  /** Blocks that replace it; none if it cannot be divided. */
  refused(block: Block<S>): readonly Block<S>[] {
    if (!this.#pending.delete(block)) return [];
    this.#refusals++;
    const found = cut(block);
    if (found === undefined) {
      this.#refused.push(...block.spans);
      return [];
    }
    const parts = found.halves.map((): Part => ({ answered: false }));
    this.#cuts.push({ ...found, parts });
    found.halves.forEach((half, i) => this.#pending.set(half, parts[i] as Part));
    return found.halves;
  }

  /** Result; undefined while blocks are pending. */
  findings(): Findings<S> | undefined {
    if (this.#acceptances === 0 && this.#refusals >= mostRefusals) return { refused: this.root.spans, barriers: [], alone: [] };
    if (this.#pending.size > 0) return undefined;
    // Both halves of such a cut were answered completely: only the gap between them can be the cause.
    const guilty = this.#cuts.filter(({ parts }) => parts.every(({ answered }) => answered));
    return {
      refused: this.#refused,
      barriers: guilty.flatMap(({ gap }) => (gap === undefined ? [] : [gap])),
      alone: guilty.flatMap(({ gap, halves }) => (gap === undefined ? halves[1].spans : [])),
    };
  }
}
