import { canaryName } from '../core/canary.ts';
import type { Clock } from '../core/clock.ts';
import type { FindingChange } from '../core/finding.ts';
import type { Metric, Metrics } from '../core/metrics.ts';
import type { Canary } from '../core/notifier.ts';

/** Age of the last canary that has passed a stage at which it is lost, ms: two and a half intervals. */
const lostMs = 150_000;
/** Longest time that one check counts, ms: while the machine sleeps, no canary is due. */
const longestCheckMs = 5_000;
/** Canaries whose delay is measured. */
const remembered = 4;

const delay: Metric = {
  type: 'gauge',
  name: 'scadawatch_canary_delay_seconds',
  help: 'Time from the sample of the last canary to the end of the stage.',
  labels: ['stage'],
};
const age: Metric = {
  type: 'gauge',
  name: 'scadawatch_canary_age_seconds',
  help: 'Time since a canary has passed the stage; canaries come each minute.',
  labels: ['stage'],
};

/** Stages that every alert passes, in order. The stages of the notifiers follow. */
const common = ['collect', 'detect', 'alert'] as const;
export type CanaryStage = (typeof common)[number] | `notify ${string}`;

/** A notifier that receives canaries. */
export interface CanaryReceiver {
  readonly name: string;
  send(canary: Canary): void;
}

export interface CanaryWatchOptions {
  /** Machine's clock. */
  readonly wall: Clock;
  /** Time of the site. While it is stopped in a lab, nothing is judged, and no canary is due. */
  readonly site: Pick<Clock, 'monotonic'>;
  readonly metrics: Metrics;
  readonly receivers: readonly CanaryReceiver[];
  /** True while another alarm already reports that the stage does not work. */
  readonly isExplained: (stage: CanaryStage) => boolean;
  /** Raises or ends the alarm about a stage. */
  readonly report: (stage: CanaryStage, isLost: boolean) => void;
}

interface Passage {
  /** Sum of the checks since then, ms. */
  ageMs: number;
  delayMs: number;
}

/**
 * Follows canaries from the collector to each notifier. A stage that none has passed for a while is an alarm. Of the stages that all alerts
 * pass, only the first one that fails is reported, since none after it can be passed.
 */
export class CanaryWatch {
  readonly #options: CanaryWatchOptions;
  readonly #stages: readonly CanaryStage[];
  readonly #passages = new Map<CanaryStage, Passage>();
  /** Monotonic time of the last samples, by their machine time. */
  readonly #sampled = new Map<number, number>();
  readonly #reported = new Set<CanaryStage>();
  #checkedAt: number;
  #siteCheckedAt: number;

  constructor(options: CanaryWatchOptions) {
    const { wall, site, metrics, receivers } = options;
    this.#options = options;
    this.#stages = [...common, ...receivers.map(({ name }): CanaryStage => `notify ${name}`)];
    for (const stage of this.#stages) this.#passages.set(stage, { ageMs: 0, delayMs: Number.NaN });
    this.#checkedAt = wall.monotonic();
    this.#siteCheckedAt = site.monotonic();
    metrics.observe(delay, () => this.#samplesOf(({ delayMs }) => delayMs));
    metrics.observe(age, () => this.#samplesOf(({ ageMs }) => ageMs));
  }

  /** Records a sample. @param at machine's time, ms UTC */
  sampled(at: number): void {
    this.#sampled.set(at, this.#options.wall.monotonic());
    const [oldest] = this.#sampled.keys();
    if (this.#sampled.size > remembered && oldest !== undefined) this.#sampled.delete(oldest);
  }

  /** Records that a canary has passed a stage. One that is late by several intervals does not count. */
  passed(stage: CanaryStage, at: number): void {
    const sampled = this.#sampled.get(at);
    if (sampled === undefined) return;
    this.#passages.set(stage, { ageMs: 0, delayMs: this.#options.wall.monotonic() - sampled });
  }

  /** Sends the canary of a finding to the notifiers. */
  alerted({ finding }: FindingChange): void {
    const at = finding.beganAt;
    this.passed('alert', at);
    for (const receiver of this.#options.receivers) receiver.send({ id: `${canaryName}-${at}`, time: at });
  }

  /** Raises and ends alarms. Must be called about once a second. */
  check(): void {
    const { wall, site, report } = this.#options;
    const [now, siteNow] = [wall.monotonic(), site.monotonic()];
    const passed = Math.min(now - this.#checkedAt, Math.max(0, siteNow - this.#siteCheckedAt), longestCheckMs);
    this.#checkedAt = now;
    this.#siteCheckedAt = siteNow;
    for (const passage of this.#passages.values()) passage.ageMs += passed;
    const lost = this.#lost();
    for (const stage of this.#stages) {
      const isLost = lost.includes(stage);
      if (isLost === this.#reported.has(stage)) continue;
      if (isLost) this.#reported.add(stage);
      else this.#reported.delete(stage);
      report(stage, isLost);
    }
  }

  #lost(): readonly CanaryStage[] {
    const late = this.#stages.filter((stage) => (this.#passages.get(stage)?.ageMs ?? 0) > lostMs);
    const first = common.find((stage) => late.includes(stage));
    const named = first === undefined ? late : [first];
    return named.filter((stage) => !this.#options.isExplained(stage));
  }

  *#samplesOf(valueOf: (passage: Passage) => number) {
    for (const [stage, passage] of this.#passages) {
      const value = valueOf(passage) / 1_000;
      if (!Number.isNaN(value)) yield { labels: { stage }, value };
    }
  }
}

/** Separates canaries from the findings of the site. */
export function withoutCanaries(changes: readonly FindingChange[]): {
  readonly findings: readonly FindingChange[];
  readonly canaries: readonly FindingChange[];
} {
  const isCanary = ({ finding }: FindingChange): boolean => finding.detector === canaryName;
  if (!changes.some(isCanary)) return { findings: changes, canaries: [] };
  return { findings: changes.filter((change) => !isCanary(change)), canaries: changes.filter(isCanary) };
}
