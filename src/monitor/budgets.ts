import type { Clock } from '../core/clock.ts';
import type { AchievedSpan, BudgetStatus, Position, Site } from '../core/monitor.ts';
import type { AlertStore, AnomalyCount } from '../core/state.ts';
import type { Calibration } from '../detection/baseline/format.ts';

const dayMs = 86_400_000;
const spans = [1, 7, 30] as const;
/** Interval at which alerts are counted, ms of wall time. */
const staleMs = 10_000;

export interface BudgetBoardOptions {
  readonly site: Pick<Site, 'positions'>;
  readonly budgetPerDay: number;
  readonly alerts: Pick<AlertStore, 'countAnomalies'>;
  readonly clock: Clock;
  readonly wall: Clock;
}

/** Promised and achieved alarm budget. */
export class BudgetBoard {
  readonly #options: BudgetBoardOptions;
  #calibration: Calibration | undefined;
  #since = Number.NaN;
  #status: readonly BudgetStatus[] = [];
  #countedAt = Number.NaN;

  constructor(options: BudgetBoardOptions) {
    this.#options = options;
  }

  /**
   * Sets the calibration and the time since which its thresholds are in use, ms UTC. Earlier alerts do not count for its promise.
   * A reviewed baseline belongs to the same calibration.
   */
  use(calibration: Calibration, since: number): void {
    const same = calibration.to === this.#calibration?.to && calibration.from === this.#calibration.from;
    this.#since = same ? this.#since : since;
    this.#calibration = calibration;
    this.#countedAt = Number.NaN;
  }

  /** Budget of the plant, then of each operator position. */
  async read(): Promise<readonly BudgetStatus[]> {
    const now = this.#options.wall.monotonic();
    if (!(now - this.#countedAt < staleMs)) {
      this.#status = await this.#count();
      this.#countedAt = now;
    }
    return this.#status;
  }

  async #count(): Promise<BudgetStatus[]> {
    const { site, budgetPerDay, alerts, clock } = this.#options;
    const now = clock.now();
    const counted = await Promise.all(
      spans.map(async (days) => {
        const from = Math.max(now - days * dayMs, this.#since);
        const counts = Number.isNaN(from) ? [] : await alerts.countAnomalies(from);
        return { days, coveredDays: Number.isNaN(from) ? 0 : Math.max(0, now - from) / dayMs, counts };
      }),
    );
    const of = (position: Position | undefined): BudgetStatus => {
      const promise =
        position === undefined
          ? this.#calibration?.promise
          : this.#calibration?.positions?.find(({ name }) => name === position.name);
      return {
        position: position?.name ?? '',
        budgetPerDay: position?.budgetPerDay ?? budgetPerDay,
        promised: promise?.promised ?? false,
        text: promise?.text ?? 'Nothing is promised before normal operation is learned.',
        achieved: counted.map(({ counts, ...span }) => ({ ...span, ...sumOf(counts, position?.areas) })),
      };
    };
    return [of(undefined), ...site.positions.map(of)];
  }
}

/** Counts without the verdicts true and expected, which are no false alarms. */
function sumOf(counts: readonly AnomalyCount[], areas: readonly string[] | undefined): Pick<AchievedSpan, 'raised' | 'unjudged'> {
  let raised = 0;
  let unjudged = 0;
  for (const { area, verdict, count } of counts) {
    if (verdict === 'true' || verdict === 'expected' || areas?.includes(area) === false) continue;
    raised += count;
    if (verdict === undefined) unjudged += count;
  }
  return { raised, unjudged };
}
