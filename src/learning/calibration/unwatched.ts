import type { Channel, DetectorPlugin } from '../../core/detector.ts';
import { formatDuration, formatEstimate } from '../../core/format.ts';
import type { UnwatchedChannel, UnwatchedStatus } from '../../core/unwatched.ts';
import { isUsable } from '../../detection/engine/index.ts';
import type { CalibratedDetector, Calibration, Unlearnable } from '../../detection/baseline/format.ts';

const dayMs = 86_400_000;

/** The properties of a detector that decide if its channels are unwatched. */
export interface WatchingDetector {
  readonly name: string;
  readonly plugin: Pick<DetectorPlugin, 'threshold'>;
  readonly channels: readonly Channel[];
}

type Why = Pick<UnwatchedChannel, 'cause' | 'reason' | 'watchedFrom'>;

/**
 * Every channel of statistical detectors without a usable threshold, with the reason. The channel of a mode that has too few stays is not
 * among them while the channel of all modes together watches its tags. Neither is one with nothing to compare, because its contacts did not
 * move while learned or its data have no daily cycle, if each of its tags is watched alone.
 * @param tags names by index
 * @param calibration with the edits of people; undefined while nothing is learned
 */
export function unwatchedChannels(
  detectors: readonly WatchingDetector[],
  tags: readonly string[],
  calibration: Calibration | undefined,
): UnwatchedStatus {
  const statistical = detectors.filter(({ plugin }) => plugin.threshold === 'statistical');
  let wider = 0;
  let unmoved = 0;
  const absent: Record<string, number> = {};
  const alone = tagsWatchedAlone(statistical, calibration);
  const unwatched = statistical.flatMap(({ name, channels }) =>
    channels.flatMap((channel): UnwatchedChannel[] => {
      const part = calibration?.detectors[name];
      const why = whyUnwatched(channel.key, part, calibration);
      if (why === undefined) return [];
      if (why.cause === 'stays' && isWatchedTogether(channel.key, channels, part)) {
        wider++;
        return [];
      }
      const empty = emptyCause(channel.key, why, channels, part);
      if (empty !== undefined && channel.tags.every((tag) => alone.has(tag))) {
        if (empty === 'unmoved') unmoved++;
        else absent[name] = (absent[name] ?? 0) + 1;
        return [];
      }
      return [{ detector: name, channel: channel.key, tags: channel.tags.map((index) => tags[index] ?? ''), ...why }];
    }),
  );
  const channels = statistical.reduce((sum, { channels: own }) => sum + own.length, 0);
  return {
    channels,
    unwatched,
    wider,
    ...(unmoved === 0 ? {} : { unmoved }),
    ...(Object.keys(absent).length === 0 ? {} : { absent }),
  };
}

/** Indices of the tags that some channel watches alone. */
function tagsWatchedAlone(detectors: readonly WatchingDetector[], calibration: Calibration | undefined): ReadonlySet<number> {
  const watched = detectors.flatMap(({ name, channels }) =>
    channels.flatMap(({ key, tags: [tag, ...others] }) => {
      const threshold = calibration?.detectors[name]?.thresholds[key];
      return tag !== undefined && others.length === 0 && threshold !== undefined && isUsable(threshold) ? [tag] : [];
    }),
  );
  return new Set(watched);
}

/** Channels of a mode's tags without the mode: `FL1.FT` for `FL1.FT/washing`, a group for a mode in it. */
const withoutMode = (key: string, channels: readonly Channel[]): readonly Channel[] =>
  channels.filter((other) => key.startsWith(`${other.key}/`));

/** True if a channel without its mode has a threshold. */
function isWatchedTogether(key: string, channels: readonly Channel[], part: CalibratedDetector | undefined): boolean {
  return withoutMode(key, channels).some((other) => {
    const threshold = part?.thresholds[other.key];
    return threshold !== undefined && isUsable(threshold);
  });
}

/** Why there is nothing that a channel could compare; that of its tag in all modes for a mode with too few stays. */
function emptyCause(
  key: string,
  { cause }: Why,
  channels: readonly Channel[],
  part: CalibratedDetector | undefined,
): 'unmoved' | 'absent' | undefined {
  const own = cause === 'nothing' ? [key] : cause === 'stays' ? withoutMode(key, channels).map((other) => other.key) : [];
  const causes = own.map((one) => part?.unwatched?.[one]?.cause);
  return causes.find((one) => one === 'unmoved' || one === 'absent');
}

function whyUnwatched(key: string, part: CalibratedDetector | undefined, calibration: Calibration | undefined): Why | undefined {
  // a baseline of traffic alone has no learned days
  if (calibration === undefined || part === undefined || !(calibration.promise.days > 0))
    return { cause: 'no-baseline', reason: 'no baseline yet; run scadawatch calibrate' };
  const unlearned = part.unlearned?.[key];
  if (unlearned !== undefined) {
    const { by, at, reason } = unlearned;
    const on = new Date(at).toISOString().slice(0, 10);
    return { cause: 'unlearned', reason: `unlearned by ${by} on ${on}${reason === undefined ? '' : `: ${reason}`}` };
  }
  const threshold = part.thresholds[key];
  if (threshold !== undefined && isUsable(threshold)) return undefined;
  const lack = part.unwatched?.[key];
  if (lack === undefined)
    return { cause: 'no-threshold', reason: 'the baseline has no usable threshold; run scadawatch calibrate again' };
  const cause = lack.cause === 'unmoved' || lack.cause === 'absent' ? 'nothing' : lack.cause;
  return { cause, reason: lackText(lack, calibration.promise.days), ...fromWhen(lack, calibration) };
}

function lackText({ cause, stays, needsDays }: Unlearnable, days: number): string {
  if (cause === 'nothing' || cause === 'unmoved' || cause === 'absent')
    return 'nothing was learned by which it could judge: too little data, tags that never changed or change irregularly, or no tags that explain it';
  const learned =
    cause === 'stays'
      ? `learned from ${stays ?? 0} ${stays === 1 ? 'stay' : 'stays'} in its mode`
      : `learned from ${formatDuration(days * dayMs)}`;
  if (needsDays === undefined) return `${learned}, which differ too much`;
  return `${learned}${cause === 'stays' ? ` in ${formatDuration(days * dayMs)}` : ''}; needs about ${formatEstimate(needsDays * dayMs)}`;
}

function fromWhen({ needsDays }: Unlearnable, { to, promise }: Calibration): Pick<Why, 'watchedFrom'> {
  return needsDays === undefined ? {} : { watchedFrom: to + Math.max(0, needsDays - promise.days) * dayMs };
}
