/**
 * Cause of a missing threshold. `no-baseline`: nothing was learned. `short`: too few independent values. `stays`: too few or too
 * different stays in its mode. `nothing`: too little data to judge by, tags that never changed or change irregularly, or none that explain it. `no-threshold`: a baseline of an
 * earlier version has none. `unlearned`: a person removed it.
 */
export type UnwatchedCause = 'no-baseline' | 'short' | 'stays' | 'nothing' | 'no-threshold' | 'unlearned';

/** A channel of a statistical detector without a usable threshold: it raises no finding. */
export interface UnwatchedChannel {
  readonly detector: string;
  readonly channel: string;
  /** Names of its tags. */
  readonly tags: readonly string[];
  readonly cause: UnwatchedCause;
  /** The cause as text, with figures of this channel. */
  readonly reason: string;
  /** Time from which a new calibration can set a threshold if recording continues, ms UTC; absent if unknown. */
  readonly watchedFrom?: number;
}

/** A status tag with states that the calibration saw at similar equipment only. In them its equipment makes minor findings and no alert. */
export interface LimitedStatus {
  readonly tag: string;
  /** Words or values of the states. */
  readonly states: readonly string[];
}

/** Channels that need a learned threshold, and those without one. Stated rules and detectors that learn online need none. */
export interface UnwatchedStatus {
  readonly channels: number;
  readonly unwatched: readonly UnwatchedChannel[];
  /** Channels of modes with too few stays whose tags are watched with the wider limits of all modes together. */
  readonly wider: number;
  /** Channels of contacts that did not move while learned, each of which is watched alone; absent if there is none. */
  readonly unmoved?: number;
  /**
   * By detector, the number of channels whose data have nothing of what it compares, such as a daily cycle. Each of their tags is watched
   * alone. Absent if there is none.
   */
  readonly absent?: Readonly<Record<string, number>>;
  readonly limited?: readonly LimitedStatus[];
  /** Channels whose threshold no sudden deviation can exceed, e.g. `relations S1/SYNC`. They report at most deviations that last. Absent if there is none. */
  readonly lastingOnly?: readonly string[];
  /** Settings of the configuration that leave channels unwatched, one sentence each. */
  readonly settings?: readonly string[];
}

/** Number of statuses or channels that a sentence names. */
const mostNamed = 6;

const causeWords: Readonly<Record<UnwatchedCause, string>> = {
  'no-baseline': 'without a baseline',
  short: 'learned from too little data',
  stays: 'with too few stays in their mode',
  nothing: 'with nothing learned to judge by',
  'no-threshold': 'without a threshold in a baseline of an earlier version',
  unlearned: 'unlearned',
};

/** The counts in one sentence, e.g. `12 of 300 channels are unwatched: 10 learned from too little data, 2 unlearned.` */
export function unwatchedSummary({
  channels,
  unwatched,
  wider,
  unmoved = 0,
  absent = {},
  limited = [],
  lastingOnly = [],
}: UnwatchedStatus): string {
  const modes =
    wider === 0
      ? ''
      : ` Watched with the wider limits of all modes: ${wider} ${wider === 1 ? 'channel' : 'channels'} of modes with too few stays.`;
  const still =
    unmoved === 0
      ? ''
      : ` ${unmoved} ${unmoved === 1 ? 'channel compares' : 'channels compare'} states of contacts that did not move while learned: ` +
        'each of these contacts is watched alone, and its next move to a new state is an alert.';
  const rest = `${modes}${still}${absentText(absent)}${lastingText(lastingOnly)}${limitedText(limited)}`;
  if (unwatched.length === 0)
    return channels === 0 ? 'No channel needs a learned threshold.' : `All ${channels} channels are watched.${rest}`;
  const counts = Map.groupBy(unwatched, ({ cause }) => cause);
  const parts = [...counts]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([cause, all]) => `${all.length} ${causeWords[cause]}`);
  return `${unwatched.length} of ${channels} channels ${unwatched.length === 1 ? 'is' : 'are'} unwatched: ${parts.join(', ')}.${rest}`;
}

function absentText(absent: Readonly<Record<string, number>>): string {
  const all = Object.entries(absent).toSorted(([, a], [, b]) => b - a);
  if (all.length === 0) return '';
  const count = all.reduce((sum, [, some]) => sum + some, 0);
  const [channels, their] = count === 1 ? ['channel has', 'its'] : ['channels have', 'their'];
  return (
    ` ${count} ${channels} nothing to compare, such as a daily cycle or noise: ${all.map(([detector, some]) => `${detector} ${some}`).join(', ')}. ` +
    `Each of ${their} tags is watched alone.`
  );
}

const lastingText = (channels: readonly string[]): string =>
  channels.length === 0
    ? ''
    : ` Normal operation varies so much that no sudden deviation exceeds the threshold, at most one that lasts: ${named(channels)}.`;

const limitedText = (limited: readonly LimitedStatus[]): string =>
  limited.length === 0
    ? ''
    : ' Minor findings only while in a state that was not learned, and for two hours or more after it: ' +
      `${named(limited.map(({ tag, states }) => `${tag} (${states.join(', ')})`))}.`;

/** The first names, and the number of the others. */
function named(names: readonly string[]): string {
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : '';
  return `${names.slice(0, mostNamed).join(', ')}${more}`;
}
