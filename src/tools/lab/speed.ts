import { availableParallelism, cpus } from 'node:os';
import { type Clock, systemClock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import { formatDuration } from '../../core/format.ts';
import type { CampaignResult, InstructorRecord, LabControl, LabResult, LabStatus } from '../../core/lab.ts';

/** Processor time of all cores since a fixed instant, ms. */
export interface ProcessorTime {
  /** Idle time, and time of processes with lower priority. */
  readonly freeMs: number;
  /** Time of the lab: monitor and simulator. */
  readonly ownMs: number;
}

/** A lab with a controllable speed. */
export interface GovernedLab extends LabControl {
  /** @param why reason of a speed that no person has chosen */
  setSpeed(speed: number, why?: string): Promise<void>;
  /** Processor time of the simulator, ms. */
  readonly cpuMs: number;
}

/** Results of the exercises, and the record of their instructor. */
export interface GovernedResults {
  /** Scenario that has ended and has no score yet. */
  readonly scoring?: LabStatus['running'];
  /** Result of the scenario that ended last. */
  readonly last?: LabResult | undefined;
  /** Results of the last campaign. */
  readonly campaignResults?: readonly CampaignResult[] | undefined;
}

/**
 * Cores that monitor and simulator need, slightly above the measured processor time of both after three days of learning.
 * Measured: 0.16 at 1×, 0.50 at 10×, 0.75 at 30× and 0.94 at 60× (0.70 of the monitor, 0.24 of the simulator), on two busy cores
 * of an AMD EPYC, Node 24.21, 2026-11-28.
 */
const coresAtRest = 0.5;
const coresPerSpeed = 0.01;
/** Speeds up to this one are refused only after they were missed: they cost too little for a useful forecast. */
const cheapSpeed = 10;
/** Number of recent checks from which free processor time is computed. */
const checksKept = 5;
const checkEveryMs = 1_000;
/** Consecutive late checks after which the speed is reduced. */
const mostLateChecks = 3;
/** Time for which a missed speed is refused, ms of machine time. */
const refusedMs = 60_000;

/** Offers the speeds that this machine reaches, and reduces a speed that it does not reach. */
export class LabSpeedGovernor implements LabControl {
  readonly #lab: GovernedLab;
  readonly #wall: Clock;
  readonly #use: () => ProcessorTime;
  readonly #results: GovernedResults;
  readonly instructor: LabControl['instructor'];
  readonly plants: LabControl['plants'];
  #samples: (ProcessorTime & { readonly at: number })[] = [];
  #lateChecks = 0;
  /** Lowest speed that was missed, end of its refusal, and reason. */
  #missed: { readonly speed: number; readonly until: number; readonly why: string } | undefined;

  /**
   * @param left what the exercises leave: results, and the record of the instructor
   * @param plants absent if the plant cannot be changed
   */
  constructor(
    lab: GovernedLab,
    wall: Clock = systemClock,
    use: () => ProcessorTime = () => processorTime(lab.cpuMs),
    { results = {}, instructor }: { readonly results?: GovernedResults; readonly instructor?: InstructorRecord } = {},
    plants?: LabControl['plants'],
  ) {
    this.plants = plants;
    this.instructor = instructor;
    this.#results = results;
    this.#lab = lab;
    this.#wall = wall;
    this.#use = use;
  }

  get scenarios(): LabControl['scenarios'] {
    return this.#lab.scenarios;
  }

  get campaigns(): LabControl['campaigns'] {
    return this.#lab.campaigns;
  }

  get campaignResults(): LabControl['campaignResults'] {
    return this.#results.campaignResults;
  }

  status(): LabStatus {
    const status = this.#lab.status();
    const { running = this.#results.scoring } = status;
    const last = running === undefined ? this.#results.last : undefined;
    return { ...status, running, last, speeds: status.speeds.map(({ speed }) => ({ speed, refused: this.#refusal(speed) })) };
  }

  lagMs(): number {
    return this.#lab.lagMs();
  }

  onChange(listener: () => void): () => void {
    return this.#lab.onChange(listener);
  }

  async setSpeed(speed: number): Promise<void> {
    const refused = this.#refusal(speed);
    if (refused !== undefined) {
      const offered = this.status().speeds.filter((one) => one.refused === undefined);
      throw new ScadaError('config', 'LAB_REFUSED', refused, {
        hint: `choose ${offered.at(-1)?.speed ?? 1}× or less`,
      });
    }
    await this.#lab.setSpeed(speed);
  }

  start(scenario: string): Promise<void> {
    return this.#lab.start(scenario);
  }

  startCampaign(campaign: string): Promise<void> {
    return this.#lab.startCampaign(campaign);
  }

  stop(): Promise<void> {
    return this.#lab.stop();
  }

  reset(): Promise<void> {
    return this.#lab.reset();
  }

  /**
   * Checks the speed periodically until the signal aborts.
   * @param lateMs delay of the monitor, ms of plant time; 0 while it is on time
   */
  async watch(lateMs: () => number, signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#wall.sleep(checkEveryMs, signal);
      await this.check(lateMs());
    }
  }

  /** Checks the speed once. @param lateMs delay of the monitor, ms of plant time */
  async check(lateMs: number): Promise<void> {
    this.#samples = [...this.#samples.slice(-checksKept), { ...this.#use(), at: this.#wall.monotonic() }];
    const { speed } = this.#lab.status().pace;
    this.#lateChecks = lateMs > 0 && speed > 1 ? this.#lateChecks + 1 : 0;
    if (this.#lateChecks < mostLateChecks) return;
    this.#lateChecks = 0;
    const lower =
      this.#lab
        .status()
        .speeds.filter((one) => one.speed < speed)
        .at(-1)?.speed ?? 1;
    const why = `the monitor was late by ${formatDuration(lateMs / speed)}`;
    this.#missed = { speed, until: this.#wall.monotonic() + refusedMs, why };
    await this.#lab.setSpeed(lower, `this machine does not reach ${speed}×, ${why}`);
  }

  #refusal(speed: number): string | undefined {
    const missed = this.#missed;
    const leftMs = (missed?.until ?? 0) - this.#wall.monotonic();
    if (missed !== undefined && leftMs > 0 && speed >= missed.speed) {
      const left = formatDuration(1_000 * Math.ceil(leftMs / 1_000));
      return `This machine did not reach ${missed.speed}×: ${missed.why}. ${speed}× can be tried again in ${left}.`;
    }
    const free = this.#freeCores();
    const needed = coresAtRest + coresPerSpeed * speed;
    const isReached = speed <= this.#lab.status().pace.speed && this.#lateChecks === 0;
    if (isReached || speed <= cheapSpeed || !(free < needed)) return undefined;
    // rounded down: rounded up, the free cores could appear sufficient
    const left = (Math.floor(10 * free) / 10).toFixed(1);
    return `${speed}× needs ${needed.toFixed(1)} processor cores, and this machine has ${left} of ${availableParallelism()} free.`;
  }

  /** Cores that the lab uses or could use; NaN before the first measurement. */
  #freeCores(): number {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (first === undefined || last === undefined || last.at - first.at < checkEveryMs) return Number.NaN;
    const lab = Math.max(0, last.ownMs - first.ownMs);
    return (Math.max(0, last.freeMs - first.freeMs) + lab) / (last.at - first.at);
  }
}

/** @param simulatorMs processor time of the simulator's process */
function processorTime(simulatorMs: number): ProcessorTime {
  const { user, system } = process.cpuUsage();
  const freeMs = cpus().reduce((sum, { times }) => sum + times.idle + times.nice, 0);
  return { freeMs, ownMs: (user + system) / 1_000 + simulatorMs };
}
