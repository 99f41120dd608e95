import type { Logger } from '../../src/core/plugin.ts';
import { Quality } from '../../src/core/quality.ts';
import { Easing } from './easing.ts';
import type { Block } from './planner.ts';
import type { Point } from './points.ts';

/** Time-outs in a row after which a device counts as silent: one reply can be lost by chance, two mean a dead peer or a broken stream. */
const mostTimeouts = 2;
const firstStepMs = 1_000;
const mostStepMs = 60_000;

/** Something that does not answer, and is asked once in each step of a back-off. */
interface Silence {
  readonly failures: number;
  /** Failures that have no consequence yet. */
  readonly granted: number;
  readonly untilMs: number;
  readonly quality: number;
}

const holds = (silence: Silence | undefined, nowMs: number): silence is Silence =>
  silence !== undefined && silence.failures > silence.granted && silence.untilMs > nowMs;

/**
 * What is known of how a device is: which units behind it and which blocks do not answer, whether it answers at all, and how
 * gently it is to be asked. It belongs to the device and outlives its connections. Times are of the machine's monotonic clock.
 */
export class DeviceCondition {
  readonly #device: string;
  readonly #units: ReadonlySet<number>;
  readonly #logger: Logger;
  readonly #easing: Easing;
  readonly #silentUnits = new Map<number, Silence>();
  readonly #silentBlocks = new Map<Block<Point>, Silence>();
  /** Units that have timed out since any has answered. */
  readonly #unheard = new Set<number>();
  #blocks: readonly Block<Point>[] = [];
  #timeouts = 0;
  #probing = false;
  /** Failures of those blocks that have failed least: while probing, only they are asked, so that it is not always the same that is. */
  #least = 0;

  constructor(device: string, units: Iterable<number>, mostStretch: number, logger: Logger) {
    this.#device = device;
    this.#units = new Set(units);
    this.#logger = logger;
    this.#easing = new Easing(mostStretch);
  }

  /** Each tag is to be read at so many times its period. */
  get stretch(): number {
    return this.#easing.stretch;
  }

  /** The device did not answer when it was last asked: one request finds out whether it does now. */
  get probing(): boolean {
    return this.#probing;
  }

  /** True if a unit or a block has not answered when it was last asked. */
  get hasSilence(): boolean {
    return this.#silentUnits.size + this.#silentBlocks.size > 0;
  }

  /** The quality of a block that is not asked now; undefined if it may be. */
  silenceOf(block: Block<Point>, nowMs: number): number | undefined {
    if (this.#probing) return this.#failuresOf(block) > this.#least ? Quality.BadTimeout : undefined;
    const unit = this.#silentUnits.get(block.unit);
    if (holds(unit, nowMs)) return unit.quality;
    const own = this.#silentBlocks.get(block);
    return holds(own, nowMs) ? own.quality : undefined;
  }

  /** The unit has answered; with what is of no matter. */
  answered(block: Block<Point>, latencyMs: number, nowMs: number): void {
    this.#heard();
    this.#silentUnits.delete(block.unit);
    this.#silentBlocks.delete(block);
    this.#noteChange(this.#easing.answered(latencyMs, nowMs));
  }

  /** The device has no time, although it was asked more than once. */
  busy(nowMs: number): void {
    this.#heard();
    this.#noteChange(this.#easing.troubled(nowMs));
  }

  /** Somebody is there, although what came could not be understood. */
  malformed(): void {
    this.#heard();
  }

  /** The gateway answers, the unit behind it does not. */
  unitLost(unit: number, nowMs: number): void {
    this.#heard();
    this.#quieten(this.#silentUnits, unit, Quality.BadNoCommunication, 0, nowMs);
  }

  /** No unit has answered in time. True if the connection must be given up. */
  timedOut(block: Block<Point>, nowMs: number): boolean {
    this.#timeouts++;
    this.#unheard.add(block.unit);
    this.#quieten(this.#silentBlocks, block, Quality.BadTimeout, mostTimeouts - 1, nowMs);
    if (this.#units.size > 1) this.#quieten(this.#silentUnits, block.unit, Quality.BadTimeout, mostTimeouts - 1, nowMs);
    // One that is known to be silent says nothing new about the device.
    if (this.#failuresOf(block) <= mostTimeouts) this.#noteChange(this.#easing.troubled(nowMs));
    const hope = [...this.#units].some((unit) => !this.#unheard.has(unit) && !holds(this.#silentUnits.get(unit), nowMs));
    if (!this.#probing && (this.#timeouts < mostTimeouts || hope)) return false;
    this.#probing = true;
    this.#least = Math.min(...this.#blocks.map((other) => this.#failuresOf(other)));
    this.#timeouts = 0;
    this.#unheard.clear();
    return true;
  }

  /** The blocks that are asked from now on; what is known of others is forgotten. */
  follow(blocks: readonly Block<Point>[]): void {
    this.#blocks = blocks;
    if (this.#silentBlocks.size === 0) return;
    const kept = new Set(blocks);
    for (const block of this.#silentBlocks.keys()) if (!kept.has(block)) this.#silentBlocks.delete(block);
  }

  #failuresOf(block: Block<Point>): number {
    return this.#silentBlocks.get(block)?.failures ?? 0;
  }

  #heard(): void {
    this.#timeouts = 0;
    this.#unheard.clear();
    if (!this.#probing) return;
    // The silent ones were silent because the whole device was.
    this.#probing = false;
    this.#silentBlocks.clear();
    this.#silentUnits.clear();
  }

  #quieten<K>(silences: Map<K, Silence>, key: K, quality: number, granted: number, nowMs: number): void {
    const failures = (silences.get(key)?.failures ?? 0) + 1;
    const step = Math.min(mostStepMs, firstStepMs * 2 ** Math.max(0, failures - 1 - granted));
    silences.set(key, { failures, granted, untilMs: nowMs + step, quality });
    if (failures === granted + 1) {
      const what = typeof key === 'number' ? `unit ${key}` : 'a block';
      this.#logger.warn(`${this.#device}: ${what} does not answer and is asked more and more seldom`);
    }
  }

  #noteChange(changed: boolean): void {
    if (!changed) return;
    const { stretch } = this.#easing;
    if (stretch === 1) this.#logger.info(`${this.#device} is asked at its usual rate again`);
    else this.#logger.warn(`${this.#device} is slow or busy: each tag is read at ${stretch} times its period`);
  }
}
