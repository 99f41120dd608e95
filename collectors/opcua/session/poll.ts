import { type DataValue, VariantArrayType } from 'node-opcua-client';
import { systemClock } from '../../../src/core/clock.ts';
import { isAbort, type ScadaError } from '../../../src/core/errors.ts';
import { observeBatch, observeEvent } from '../../../src/core/observation.ts';
import { pollsLateMs } from '../../../src/core/metrics.ts';
import { Quality } from '../../../src/core/quality.ts';
import { Rounds } from '../../../src/core/rounds.ts';
import { reportSchedule } from '../../../src/ingest/polling/metrics.ts';
import { ScanSchedule } from '../../../src/ingest/polling/schedule.ts';
import type { Change } from '../values/hold.ts';
import type { Push, SessionParts } from '../session-parts.ts';
import type { TagNodes } from '../requests/nodes.ts';
import { read, valueOf } from '../requests/services.ts';
import { reportTypeChanges } from './types.ts';

/** Tags that are read together. */
interface ScanClass {
  readonly periodMs: number;
  readonly positions: number[];
  failed: boolean;
}

/** Allows a recent cached value, so that the server need not read its devices for each request. */
const maxAgeMs = 500;
/** Maximum number of observations of one read. */
const mostPerBatch = 1_000;

/**
 * Reads tags, each class at its period, with one request in flight. A cycle longer than its period skips periods and never
 * queues. After a failed read a class keeps its last values as uncertain; after a second consecutive failure the session ends.
 */
export class Poller {
  readonly #parts: SessionParts;
  readonly #nodes: TagNodes;
  readonly #push: Push;
  readonly #classes: ScanClass[] = [];
  readonly #schedule: ScanSchedule<ScanClass>;
  #changed = new AbortController();

  constructor(parts: SessionParts, nodes: TagNodes, push: Push) {
    this.#parts = parts;
    this.#nodes = nodes;
    this.#push = push;
    const { context, target } = parts;
    const random = context.random.fork(`opcua-phase/${target.device}`);
    this.#schedule = new ScanSchedule(context.clock.monotonic(), (periodMs) => random.fork(`${periodMs}`).next());
  }

  /** Adds tags to be read. */
  add(positions: readonly number[]): void {
    const { context, tags, target } = this.#parts;
    for (const position of positions) {
      const periodMs = target.tags.at(tags[position] as number).scanMs;
      const known = this.#classes.find((other) => other.periodMs === periodMs);
      if (known !== undefined) known.positions.push(position);
      else this.#classes.push({ periodMs, positions: [position], failed: false });
    }
    this.#schedule.set(
      this.#classes.map((item) => ({ item, periodMs: item.periodMs })),
      context.clock.monotonic(),
    );
    const changed = this.#changed;
    this.#changed = new AbortController();
    changed.abort();
  }

  /** Reads until the signal aborts. @throws ScadaError when a class could not be read twice in a row */
  async run(signal: AbortSignal): Promise<never> {
    const { context, target } = this.#parts;
    const { clock } = context;
    const rounds = new Rounds(systemClock);
    for (;;) {
      await rounds.next(signal);
      const next = await this.#due(signal);
      try {
        await this.#read(next.positions, signal);
        rounds.worked();
        next.failed = false;
      } catch (thrown) {
        if (signal.aborted && isAbort(thrown)) throw thrown;
        const error = this.#parts.link.failure(thrown);
        this.#schedule.heldUp(clock.monotonic());
        if (next.failed) throw error;
        next.failed = true;
        await this.#report(next, error, signal);
      }
      this.#schedule.polled(next, clock.monotonic());
      reportSchedule(context.metrics, target.device, this.#schedule);
    }
  }

  /** Waits for the class that is due next. */
  async #due(signal: AbortSignal): Promise<ScanClass> {
    const { context } = this.#parts;
    const { clock } = context;
    const rounds = new Rounds(systemClock);
    for (;;) {
      await rounds.next(signal);
      const changed = this.#changed.signal;
      const now = clock.monotonic();
      const next = this.#schedule.due(now);
      if (next !== undefined) {
        context.metrics.raise(pollsLateMs, this.#schedule.begun(next, clock.monotonic()));
        return next;
      }
      const wait = this.#schedule.nextMs() - now;
      await clock.sleep(Math.min(wait, longestSleepMs), AbortSignal.any([signal, changed])).catch((thrown: unknown) => {
        if (!changed.aborted || signal.aborted) throw thrown;
      });
    }
  }

  async #read(positions: readonly number[], signal: AbortSignal): Promise<void> {
    const { context, hold, limits, link } = this.#parts;
    for (let at = 0; at < positions.length; ) {
      const part = positions.slice(at, at + Math.min(limits.read.most, mostPerBatch));
      at += part.length;
      const requested = part.flatMap((position) => {
        const node = this.#nodes.at(position);
        return 'nodeId' in node ? [{ position, nodeId: node.nodeId }] : [];
      });
      const values = await read(
        link,
        requested.map(({ nodeId }) => valueOf(nodeId)),
        limits.read,
        signal,
        maxAgeMs,
      );
      const [now, steady] = [context.clock.now(), Math.round(context.clock.monotonic())];
      const changes: Change[] = [];
      const failed: number[] = [];
      for (const position of part) {
        const node = this.#nodes.at(position);
        if (!('quality' in node)) continue;
        hold.fail(position, node.quality, steady);
        failed.push(position);
      }
      requested.forEach(({ position }, i) => {
        const value = values[i];
        if (value === undefined) return;
        changes.push({ clientHandle: position, value });
        if (refused.has(value.statusCode.value)) {
          this.#nodes.refuse(position, value.statusCode.value, 'the server does not give its value');
        } else if (isArray(value)) this.#nodes.refuse(position, Quality.BadTypeMismatch, 'its value is an array');
      });
      await this.#push(observeBatch(hold.poll(changes, failed, now, steady)), signal);
      await reportTypeChanges(this.#parts, this.#push, signal);
    }
  }

  async #report({ positions }: ScanClass, error: ScadaError, signal: AbortSignal): Promise<void> {
    const { context, hold, tags, target } = this.#parts;
    const time = context.clock.now();
    await this.#push(observeBatch(hold.missed(positions, time, Math.round(context.clock.monotonic()))), signal);
    const affected = positions.map((position) => tags[position] as number);
    const { code, message } = error;
    await this.#push(observeEvent({ type: 'poll-failed', time, device: target.device, code, message, tags: affected }), signal);
  }
}

/** An array may have any size, so that it is not read again. */
const isArray = ({ value }: DataValue): boolean =>
  value?.arrayType === VariantArrayType.Array || value?.arrayType === VariantArrayType.Matrix;

/** Longer than any period; a timer cannot sleep much longer. */
const longestSleepMs = 3_600_000;

/** StatusCodes of nodes that do not exist or whose value exceeds every message: not read until they are searched again. */
const refused: ReadonlySet<number> = new Set([0x80330000, Quality.BadNodeIdUnknown, 0x80080000, 0x80b90000]);
