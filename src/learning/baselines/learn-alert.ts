import type { Alert, AlertFinding } from '../../core/alert.ts';
import type { DetectorPlugin } from '../../core/detector.ts';
import type { BaselineLine } from '../../core/monitor.ts';
import type { Learnable, ThresholdRaise } from '../../core/threshold-raise.ts';
import { leastThreshold } from '../../detection/baseline/apply.ts';

/** Distance of a raised threshold above what the alert has shown: its highest score is then 1 / 1.05. */
const margin = 1.05;
/** Largest factor between the learned threshold and the raised one, of all acts together. */
const mostFactor = 10;

/** What the decision about an alert depends on. */
export interface LearningBasis {
  /** Entries with the decisions of people about them. */
  readonly lines: readonly BaselineLine[];
  /** Time at which the baseline was learned, ms UTC. */
  readonly learnedAt: number;
  /** Threshold of a channel as learned, without decisions of people. */
  readonly learnedThreshold: (line: Pick<BaselineLine, 'detector' | 'channel'>) => number | undefined;
  /** Plug-in of a detector; undefined if the plan does not have it. */
  readonly pluginOf: (detector: string) => Pick<DetectorPlugin, 'threshold' | 'calibrated'> | undefined;
}

/** Thresholds that would have kept an alert from being raised. An alert is learned as a whole, or not at all. */
export function learnableIn(alert: Alert, basis: LearningBasis): Learnable {
  const raises = new Map<string, ThresholdRaise>();
  const isLearned = basis.lines.some(({ raised }) => raised?.alert === alert.id);
  const refused = isLearned ? 'This alert is learned as normal already.' : refusalOfAlert(alert);
  if (refused !== undefined) return { raises: [], refused };
  for (const finding of alert.findings) {
    const raise = raiseFor(finding, basis);
    if (typeof raise === 'string') return { raises: [], refused: raise };
    const key = `${raise.detector}\n${raise.channel}`;
    const known = raises.get(key);
    if (known === undefined || known.to < raise.to) raises.set(key, raise);
  }
  return raises.size > 0 ? { raises: [...raises.values()] } : { raises: [], refused: noFindings };
}

function refusalOfAlert({ latching, network, state, verdict, unlisted }: Alert): string | undefined {
  if (latching === true)
    return 'This alert is an intrusion. It is acknowledged and reset, never learned. List a permitted client under clients of the detector traffic.';
  if (network === true) return networkText;
  if (state === 'I')
    return 'This alert is out of service: values during maintenance are not normal operation. Learn it when it recurs after the maintenance.';
  if (state === 'H') return 'This alert is suppressed by design, so it is not annunciated. There is nothing to learn.';
  if (verdict?.word === 'true')
    return 'The verdict on this alert is true: something was wrong. Change the verdict first, or shelve the alert.';
  if (unlisted !== undefined)
    return 'This alert has more findings than are stored, so their thresholds are unknown. Calibrate with more days, or shelve the alert.';
  return undefined;
}

const noFindings = 'This alert has no stored findings, so there is nothing to learn. Shelve the alert.';
const networkText =
  'This alert is about acts of clients on the network. Learning one client would hide others. List a permitted client under clients of the detector traffic.';

/** The raise, or the reason why the finding cannot be learned. */
function raiseFor(
  finding: AlertFinding,
  { lines, learnedAt, learnedThreshold, pluginOf }: LearningBasis,
): ThresholdRaise | string {
  const { detector, channel, network, beganAt, peak } = finding;
  if (network === true) return networkText;
  const plugin = pluginOf(detector);
  if (plugin === undefined)
    return `The detector ${detector} has no learned threshold, so there is nothing to raise. Remove the cause, or shelve the alert.`;
  if (plugin.threshold !== 'statistical') return otherKind(detector, plugin.threshold);
  const own = lines.filter((line) => line.detector === detector && line.channel === channel);
  const [line] = own;
  const threshold = line?.threshold;
  if (line === undefined || threshold === undefined || own.some(({ unlearned }) => unlearned !== undefined))
    return `The baseline has no threshold of the detector ${detector} for this alert any more. Learn from a later alert.`;
  const marks = own.flatMap(({ edited, raised }) => [edited?.at ?? 0, raised?.at ?? 0]);
  // the score of the alert is relative to the threshold and the figures at its begin
  if (beganAt < Math.max(learnedAt, ...marks))
    return `The baseline of ${detector} has changed since this alert began, so its score has another scale. Learn from a later alert.`;
  const least = leastThreshold(plugin);
  const from = Math.max(least, threshold);
  const learned = Math.max(least, learnedThreshold(line) ?? threshold);
  const to = from * (1 + (line.followed?.by ?? 0)) * peak * margin;
  // also refuses a score that is not finite
  if (!(to <= learned * mostFactor))
    return `The threshold of ${detector} would rise more than tenfold above the learned one, all raises together, which would hide faults. Calibrate with days that have this behaviour, exclude the detector for the tag, or shelve the alert.`;
  return { detector, channel: line.channel, tags: line.tags.length, from, to: Math.max(from, to) };
}

/** Why a detector of the plan without a learned threshold has nothing to learn here. */
function otherKind(detector: string, threshold: DetectorPlugin['threshold']): string {
  return threshold === 'stated'
    ? `The detector ${detector} judges by a rule of the configuration, not by what was learned. Change the rule, for example its limit, or shelve the alert.`
    : `The detector ${detector} adapts by itself and has no threshold to raise. Calibrate with days that have this behaviour, or shelve the alert.`;
}
