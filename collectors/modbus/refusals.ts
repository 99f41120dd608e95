import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Logger } from '../../src/core/plugin.ts';
import { ReplacedFile } from '../../src/data-directory/writes.ts';
import { type Barrier, crosses, type Span } from './planner.ts';

/** Time after which a refused address is requested again, ms; doubled after each further refusal. */
const firstRetryMs = 300_000;
const mostRetryMs = 6 * 3_600_000;
/** Time after which a gap that the device could not read across is tried again, ms. */
const barrierMs = 24 * 3_600_000;

const table = z.enum(['coil', 'discrete', 'holding', 'input']);
const spanFields = { unit: z.int(), table, start: z.int(), width: z.int() };
const fileSchema = z.strictObject({
  version: z.literal(1),
  refused: z.array(z.strictObject({ ...spanFields, exception: z.int(), times: z.int().min(1), untilMs: z.number() })),
  barriers: z.array(z.strictObject({ unit: z.int(), table, from: z.int(), to: z.int(), untilMs: z.number() })),
  alone: z.array(z.strictObject(spanFields)),
});
type Remembered = z.infer<typeof fileSchema>;

/** Exception of a refused address, number of refusals, and time (ms UTC) until which it is not requested. */
export interface Refusal {
  readonly exception: number;
  readonly times: number;
  readonly untilMs: number;
}

const keyOf = ({ unit, table: of, start, width }: Span): string => `${unit} ${of} ${start} ${width}`;
const bare = ({ unit, table: of, start, width }: Span) => ({ unit, table: of, start, width });

/**
 * Addresses and lengths that a device refuses. Stored in the device's folder, so that the search is not repeated after each
 * restart; an unreadable or outdated file only repeats the search.
 */
export class RefusalMemory {
  readonly #path: string | undefined;
  readonly #file: ReplacedFile | undefined;
  readonly #logger: Logger;
  #refused = new Map<string, Remembered['refused'][number]>();
  #barriers: Remembered['barriers'] = [];
  #alone = new Map<string, Span>();

  /** @param dataDir folder of the device; empty if nothing is to outlive the run */
  constructor(dataDir: string, nowMs: number, logger: Logger) {
    this.#path = dataDir === '' ? undefined : join(dataDir, 'refused.json');
    this.#logger = logger;
    if (this.#path !== undefined) this.#file = new ReplacedFile(this.#path, (cause) => this.#warn('written', cause));
    this.#load(nowMs);
  }

  /** Drops refusals of addresses that no tag uses any more. */
  keepOnly(spans: readonly Span[]): void {
    const wanted = new Set(spans.map(keyOf));
    for (const key of this.#refused.keys()) if (!wanted.has(key)) this.#refused.delete(key);
    for (const key of this.#alone.keys()) if (!wanted.has(key)) this.#alone.delete(key);
  }

  refusalOf(span: Span): Refusal | undefined {
    return this.#refused.get(keyOf(span));
  }

  isAlone(span: Span): boolean {
    return this.#alone.has(keyOf(span));
  }

  /** Barriers for requests of `wanted`: known gaps, and refused addresses that are not wanted. */
  barriers(wanted: readonly Span[], nowMs: number): readonly Barrier[] {
    const refused = [...this.#refused.values()].map(({ unit, table: of, start, width }) => ({
      unit,
      table: of,
      from: start,
      to: start + width,
    }));
    return [...this.#barriers.filter(({ untilMs }) => untilMs > nowMs), ...refused].filter(
      (barrier) => !wanted.some((span) => crosses(barrier, span, span.start, span.start + span.width)),
    );
  }

  /** Drops expired barriers. Returns true if there were any, because the plan may be better without them. */
  expire(nowMs: number): boolean {
    const before = this.#barriers.length;
    this.#barriers = this.#barriers.filter(({ untilMs }) => untilMs > nowMs);
    return this.#barriers.length < before;
  }

  refuse(spans: readonly Span[], exception: number, nowMs: number): void {
    for (const span of spans) {
      const times = (this.#refused.get(keyOf(span))?.times ?? 0) + 1;
      const untilMs = nowMs + Math.min(mostRetryMs, firstRetryMs * 2 ** (times - 1));
      this.#refused.set(keyOf(span), { ...bare(span), exception, times, untilMs });
    }
    this.#save();
  }

  /** True if one of them was refused before. */
  accept(spans: readonly Span[]): boolean {
    const known = spans.filter((span) => this.#refused.delete(keyOf(span)));
    if (known.length > 0) this.#save();
    return known.length > 0;
  }

  separate(barriers: readonly Barrier[], alone: readonly Span[], nowMs: number): void {
    for (const { unit = 0, table: of, from, to } of barriers)
      this.#barriers.push({ unit, table: of, from, to, untilMs: nowMs + barrierMs });
    for (const span of alone) this.#alone.set(keyOf(span), bare(span));
    if (barriers.length + alone.length > 0) this.#save();
  }

  /** The device was replaced. Returns true if there was something to drop. */
  forget(): boolean {
    const some = this.#refused.size + this.#barriers.length + this.#alone.size > 0;
    this.#refused.clear();
    this.#barriers = [];
    this.#alone.clear();
    if (some) this.#save();
    return some;
  }

  #load(nowMs: number): void {
    if (this.#path === undefined) return;
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch {
      // nothing has been refused yet
      return;
    }
    try {
      const { refused, barriers, alone } = fileSchema.parse(JSON.parse(text));
      // Limited, so that a clock that was set back does not block an address for years.
      for (const one of refused) this.#refused.set(keyOf(one), { ...one, untilMs: Math.min(one.untilMs, nowMs + mostRetryMs) });
      this.#barriers = barriers.map((one) => ({ ...one, untilMs: Math.min(one.untilMs, nowMs + barrierMs) }));
      this.#alone = new Map(alone.map((span) => [keyOf(span), span]));
    } catch (cause) {
      this.#warn('read', String(cause));
    }
  }

  #save(): void {
    const kept: Remembered = {
      version: 1,
      refused: [...this.#refused.values()],
      barriers: this.#barriers,
      alone: [...this.#alone.values()],
    };
    const isEmpty = kept.refused.length + kept.barriers.length + kept.alone.length === 0;
    this.#file?.put(isEmpty ? undefined : JSON.stringify(kept));
  }

  #warn(access: 'read' | 'written', cause: string): void {
    this.#logger.warn(`${this.#path} cannot be ${access}: after a restart, refused addresses are looked for again`, { cause });
  }
}
