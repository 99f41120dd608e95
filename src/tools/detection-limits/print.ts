import type { MonitorConfig } from '../../config/resolve.ts';
import { systemClock } from '../../core/clock.ts';
import { isAbort } from '../../core/errors.ts';
import { formatDuration } from '../../core/format.ts';
import type { StateStore } from '../../core/state.ts';
import type { DetectionPlan } from '../../detection/plan/plan.ts';
import { measureAndStore } from '../../learning/detection-limits/measure-and-store.ts';
import { limitLines, limitStatus } from '../../learning/detection-limits/stored.ts';
import type { CalibrationSource } from '../../learning/job/job.ts';
import type { ProgressBar } from '../../service/progress.ts';

/** Recorded normal operation in the historian of a site. */
export type HistorySource = Extract<CalibrationSource, { readonly type: 'history' }>;

/** Times to read, ms UTC, and times among them that are not normal operation. */
type HistorySpan = Pick<HistorySource, 'from' | 'to' | 'excluded'>;

/** @param dir folder of the historian */
export function historyOf({ historian: { plugin, config } }: MonitorConfig, dir: string, span: HistorySpan): HistorySource {
  return { type: 'history', historian: { type: plugin.type, config }, dataDir: dir, ...span };
}

interface Measuring {
  readonly plan: DetectionPlan;
  readonly source: HistorySource;
  /** Time for it, ms. */
  readonly budgetMs: number;
  readonly state: StateStore;
  readonly bar: ProgressBar;
  readonly signal: AbortSignal;
  /** Tags that are listed, the least sensitive first; `scadawatch baseline show` lists all. */
  readonly most: number;
  readonly print: (line: string) => void;
}

/** Measures the detection limits of the stored baseline and prints them. An interruption loses only the limits. */
export async function printMeasuredLimits({ plan, source, budgetMs, state, bar, signal, most, print }: Measuring): Promise<void> {
  print(`Measuring detection limits for at most ${formatDuration(budgetMs)}. The baseline is stored; Ctrl-C ends only this.`);
  bar.restart();
  try {
    await measureAndStore({ plan, source, budgetMs, state, clock: systemClock, onProgress: bar.part(0, 1), signal });
  } catch (thrown) {
    if (!isAbort(thrown)) throw thrown;
  } finally {
    bar.end();
  }
  for (const line of limitLines(limitStatus(state.baselines, plan), plan, most)) print(line);
}
