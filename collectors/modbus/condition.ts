import type { Logger } from '../../src/core/plugin.ts';
import { Quality } from '../../src/core/quality.ts';
import { Easing } from './easing.ts';
import type { Block } from './planner.ts';
import type { Point } from './points.ts';

/**
 * Number of consecutive timeouts after which a device counts as silent: one reply can be lost by chance, two mean a dead peer or
 * a broken stream.
 */
const mostTimeouts = 2;
const firstStepMs = 1_000;
const mostStepMs = 60_000;

/** A unit or block that does not answer; it is requested once in each step of a back-off. */
interface Silence {
  readonly failures: number;
  /** Number of failures without consequences. */
  readonly granted: number;
  readonly untilMs: number;
  readonly quality: number;
}

const holds = (silence: Silence | undefined, nowMs: number): silence is Silence =>
  silence !== undefined && silence.failures > silence.granted && silence.untilMs > nowMs;

/**
 * Condition of a device: silent units and blocks, whether it answers at all, and by how much its polls are slowed down. Belongs
 * to the device and outlives connections. Times are of the machine's monotonic clock.
 */
export class DeviceCondition {
  readonly #device: string;
  readonly #units: ReadonlySet<number>;
  readonly #logger: Logger;
  readonly #easing: Easing;
  readonly #silentUnits = new Map<number, Silence>();
  readonly #silentBlocks = new Map<Block<Point>, Silence>();
  /** Units with a timeout since the last answer of any unit. */
  readonly #timedOut = new Set<number>();
  /** Blocks that may probe a silent device. */
  #probes: ReadonlySet<Block<Point>> = new Set();
  #timeouts = 0;
  #probing = false;
  /** Failures of the probes that have failed least. During probing only these are requested, so that the probed block varies. */
  #least = 0;

  constructor(device: string, units: Iterable<number>, mostStretch: number, logger: Logger) {
    this.#device = device;
    this.#units = new Set(units);
    this.#logger = logger;
    this.#easing = new Easing(mostStretch);
  }

  /** Factor by which the poll periods are extended. */
  get stretch(): number {
    return this.#easing.stretch;
  }

  /** True if the device did not answer the last request: a single request tests if it answers again. */
  get probing(): boolean {
    return this.#probing;
  }

  /** True if a unit or a block did not answer its last request. */
  get hasSilence(): boolean {
    return this.#silentUnits.size + this.#silentBlocks.size > 0;
  }

  /** Quality of a block that is not requested now; undefined if it may be. */
  silenceOf(block: Block<Point>, nowMs: number): number | undefined {
    if (this.#probing) return this.#probes.has(block) && this.#failuresOf(block) <= this.#least ? undefined : Quality.BadTimeout;
    const unit = this.#silentUnits.get(block.unit);
    if (holds(unit, nowMs)) return unit.quality;
    const own = this.#silentBlocks.get(block);
    return holds(own, nowMs) ? own.quality : undefined;
  }

  /** The unit has answered, with data or an exception. */
  answered(block: Block<Point>, latencyMs: number, nowMs: number): void {
    this.#answered();
    this.#silentUnits.delete(block.unit);
    this.#silentBlocks.delete(block);
    this.#noteChange(this.#easing.answered(latencyMs, nowMs));
  }

  /** The device was still busy after retries. */
  busy(nowMs: number): void {
    this.#answered();
    this.#noteChange(this.#easing.troubled(nowMs));
  }

  /** The device has answered with a malformed reply. */
  malformed(): void {
    this.#answered();
  }

  /** The gateway answers, the unit behind it does not. */
  unitLost(unit: number, nowMs: number): void {
    this.#answered();
    this.#quieten(this.#silentUnits, unit, Quality.BadNoCommunication, 0, nowMs);
  }

  /** No unit has answered in time. Returns true if the connection must be closed. */
  timedOut(block: Block<Point>, nowMs: number): boolean {
    this.#timeouts++;
    this.#timedOut.add(block.unit);
    this.#quieten(this.#silentBlocks, block, Quality.BadTimeout, mostTimeouts - 1, nowMs);
    if (this.#units.size > 1) this.#quieten(this.#silentUnits, block.unit, Quality.BadTimeout, mostTimeouts - 1, nowMs);
    // A further failure of a silent unit or block says nothing new about the device.
    if (this.#failuresOf(block) <= mostTimeouts) this.#noteChange(this.#easing.troubled(nowMs));
    const hope = [...this.#units].some((unit) => !this.#timedOut.has(unit) && !holds(this.#silentUnits.get(unit), nowMs));
    if (!this.#probing && (this.#timeouts < mostTimeouts || hope)) return false;
    this.#probing = true;
    this.#chooseProbes();
    this.#timeouts = 0;
    this.#timedOut.clear();
    return true;
  }

  /**
   * Sets the blocks that are requested from now on; the state of others is dropped.
   * @param refused blocks that the device refuses: they probe it only if there is no other
   */
  follow(blocks: readonly Block<Point>[], refused: (block: Block<Point>) => boolean): void {
    const accepted = blocks.filter((block) => !refused(block));
    this.#probes = new Set(accepted.length > 0 ? accepted : blocks);
    const kept = new Set(blocks);
    for (const block of this.#silentBlocks.keys()) if (!kept.has(block)) this.#silentBlocks.delete(block);
    if (this.#probing) this.#chooseProbes();
  }

  #chooseProbes(): void {
    this.#least = Math.min(...[...this.#probes].map((block) => this.#failuresOf(block)));
  }

  #failuresOf(block: Block<Point>): number {
    return this.#silentBlocks.get(block)?.failures ?? 0;
  }

  #answered(): void {
    this.#timeouts = 0;
    this.#timedOut.clear();
    if (!this.#probing) return;
    // These blocks and units were silent because the whole device was.
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
