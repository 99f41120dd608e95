import { joinGapMs } from '../../core/join.ts';
import { defaultEngineSettings, type Threshold } from '../../detection/engine/index.ts';
import type { Maxima } from './maxima.ts';

/** One channel in the joint run: its key for joining alerts, and the start and end of its findings. */
export interface JointChannel {
  readonly detector: string;
  readonly key: string;
  readonly area: string;
  readonly threshold: Threshold;
  /** Increase of the threshold that divides the number of passes by e. */
  readonly scale: number;
}

/** An alert on the holdout folds: its channels and their highest surprises, and its first and last block. */
export interface JointAlert {
  readonly key: string;
  readonly area: string;
  readonly from: number;
  to: number;
  readonly peaks: Map<number, number>;
}

/** Distance of a raised threshold above the surprise that it must not report. */
const above = 1.05;

/**
 * Raises thresholds until at most `allowed` alerts remain on the block maxima. The cheapest alerts are removed first. The cost of
 * an alert is the increase of its thresholds on a logarithmic scale, over all its channels. The remaining alerts are therefore
 * those whose removal would reduce the sensitivity most.
 */
export function keepBudget(
  maxima: Maxima,
  channels: readonly JointChannel[],
  allowed: number,
): { readonly channels: readonly JointChannel[]; readonly alerts: number } {
  let kept = channels;
  for (;;) {
    const alerts = alertsOf(maxima, kept);
    if (alerts.length <= allowed) return { channels: kept, alerts: alerts.length };
    const begins = kept.map(({ threshold }) => threshold.begin);
    const costOf = ({ peaks }: JointAlert): number =>
      [...peaks].reduce((sum, [channel, peak]) => sum + Math.log((peak * above) / (begins[channel] as number)), 0);
    const cheapest = alerts.toSorted((a, b) => costOf(a) - costOf(b)).slice(0, alerts.length - Math.floor(allowed));
    for (const { peaks } of cheapest)
      for (const [channel, peak] of peaks) begins[channel] = Math.max(begins[channel] as number, peak * above);
    kept = kept.map((one, channel) => ({ ...one, threshold: { ...one.threshold, begin: begins[channel] as number } }));
  }
}

/**
 * Alerts on the block maxima. Applies the hysteresis of findings at the resolution of blocks, then joins findings by key and time
 * as the alert manager does.
 */
export function alertsOf(maxima: Maxima, channels: readonly JointChannel[]): JointAlert[] {
  const byKey = Map.groupBy(
    channels.flatMap(({ key, area, threshold }, channel) =>
      findingsOf(maxima, channel, threshold).map((found) => ({ key, area, ...found })),
    ),
    ({ key }) => key,
  );
  const alerts: JointAlert[] = [];
  for (const [key, findings] of byKey) {
    let endedAt = Number.NEGATIVE_INFINITY;
    for (const { channel, area, from, to, peak } of findings.toSorted((a, b) => a.from - b.from)) {
      const last = alerts.at(-1);
      const joins =
        last !== undefined && endedAt > Number.NEGATIVE_INFINITY && gapMs(maxima.startedAt, endedAt, from) <= joinGapMs;
      if (joins) last.peaks.set(channel, Math.max(peak, last.peaks.get(channel) ?? 0));
      else alerts.push({ key, area, from, to, peaks: new Map([[channel, peak]]) });
      endedAt = joins ? Math.max(endedAt, to) : to;
      (alerts.at(-1) as JointAlert).to = endedAt;
    }
  }
  return alerts;
}

/** Time from the end of one block to the start of another, ms. */
export const gapMs = (startedAt: Float64Array, end: number, begin: number): number =>
  (startedAt[begin] as number) - (startedAt[Math.min(end + 1, begin)] as number);

function findingsOf(maxima: Maxima, channel: number, { begin, end }: Threshold) {
  const findings: { readonly channel: number; readonly from: number; to: number; peak: number }[] = [];
  if (begin === Number.POSITIVE_INFINITY) return findings;
  const { endScore, lapseMs } = defaultEngineSettings.finding;
  const { least, most } = endScore;
  const over = Math.min(most * begin, Math.max(least * begin, end));
  const values = maxima.of(channel);
  const { startedAt } = maxima;
  let inside = false;
  let lastOver = 0;
  let lapses = 0;
  for (let block = 0; block < values.length; block++) {
    const value = values[block] as number;
    const was: boolean = inside;
    if (value >= begin) lastOver = block;
    if (value < over) lapses = 0;
    const belowMs = (startedAt[block] as number) - (startedAt[lastOver] as number);
    // each lapse takes twice the time of the one before
    const hasLapsed = block > lastOver && belowMs >= lapseMs * 2 ** lapses;
    inside = value >= (was ? over : begin) && !hasLapsed;
    if (was && hasLapsed && value >= over) lapses++;
    if (!inside) continue;
    const last = findings.at(-1);
    if (was && last !== undefined) {
      last.to = block;
      last.peak = Math.max(last.peak, value);
    } else findings.push({ channel, from: block, to: block, peak: value });
  }
  return findings;
}
