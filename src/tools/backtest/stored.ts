import type { MonitorConfig } from '../../config/resolve.ts';
import type { Clock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import type { Historian } from '../../core/historian.ts';
import { inStreamTime, observeBatch, observeEvent, streamTimeOf } from '../../core/observation.ts';
import { Metrics, type PluginContext, silentLogger } from '../../core/plugin.ts';
import { Random } from '../../core/random.ts';
import { TagTable } from '../../core/tag.ts';
import { applyCalibration } from '../../detection/baseline/apply.ts';
import { createEngine } from '../../detection/engine/index.ts';
import { pollsOf } from '../../ingest/polls.ts';
import { StreamTime } from '../../ingest/stream-time.ts';
import type { Baseline } from '../../detection/baseline/format.ts';
import { type DetectionPlan, detectorFactories } from '../../detection/plan/plan.ts';
import { resultOf, type RowResult } from './run.ts';
import { RowScores } from './scores.ts';
import { traceOf, tracePoints, type TraceSource } from './traces.ts';

export interface StoredBacktestOptions {
  readonly plan: DetectionPlan;
  readonly baseline: Baseline;
  readonly historian: Historian;
  /** ms UTC, the end exclusive. */
  readonly from: number;
  readonly to: number;
  /** Period of one result, ms. */
  readonly periodMs: number;
  readonly onProgress?: (done: number, text: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Judges the samples of a historian by the plant's detectors and baseline, one result per period. Historians do not store events
 * of devices, so detectors of events raise nothing.
 * @throws ScadaError INPUT_INVALID if nothing was recorded
 */
export async function* backtestStored(options: StoredBacktestOptions): AsyncGenerator<RowResult> {
  const { plan, baseline, historian, from, to, periodMs, signal } = options;
  const scores = new RowScores();
  const applied = applyCalibration(baseline.calibration, detectorFactories(plan));
  const tags = new TagTable(plan.tags);
  const streamTime = new StreamTime(tags.size);
  const engine = createEngine({
    ...applied,
    tags,
    groups: plan.groups,
    budgetPerDay: plan.budgetPerDay,
    onScore: scores.takeScore,
  });
  const judged = { open: () => engine.open(), detectors: applied.detectors };
  let row = 0;
  let due = Number.NaN;
  scores.begin();
  for await (const batch of historian.scan({ tags: plan.tags.map(({ name }) => name), from, to }, signal)) {
    for (const poll of pollsOf(batch)) {
      const observation = streamTime.place(observeBatch(poll));
      const time = streamTimeOf(observation);
      if (Number.isNaN(due)) due = time + periodMs;
      for (; due <= time; due += periodMs) {
        engine.observe(observeEvent({ type: 'tick', time: due }));
        yield resultOf(row++, due - periodMs, scores, judged);
        scores.begin();
      }
      engine.observe(inStreamTime(observation));
    }
    options.onProgress?.((due - from) / (to - from), 'judging');
  }
  if (Number.isNaN(due))
    throw new ScadaError('config', 'INPUT_INVALID', 'nothing was recorded in that span of time', {
      hint: 'name a span in which the monitor ran; --data is the folder of its run',
    });
  yield resultOf(row, due - periodMs, scores, judged);
}

/** Opens the configured historian for reading. */
export function openHistorian(config: MonitorConfig, dataDir: string, clock: Clock): Promise<Historian> {
  const context: PluginContext = { logger: silentLogger, clock, random: new Random(1), metrics: new Metrics() };
  const { plugin, config: settings } = config.historian;
  return plugin.create(settings, { tags: config.tags, dataDir }, context);
}

/** Traces of tags from a historian. */
export function tracesOfHistorian(historian: Historian, { tags }: MonitorConfig, signal: AbortSignal): TraceSource {
  return async (names, from, to) => {
    const known = names.filter((name) => tags.indexOf(name) !== undefined);
    const series = await historian.query({ tags: known, from, to, maxPoints: tracePoints }, signal);
    return series.map((one) => traceOf(one, tags.at(tags.indexOf(one.tag) ?? 0).unit));
  };
}
