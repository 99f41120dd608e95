import { type Episode, mostEpisodes } from '../../core/episodes.ts';
import { formatNumber } from '../../core/format.ts';
import { joinGapMs } from '../../core/join.ts';
import { summaryOf } from '../../detection/plan/plan.ts';
import { alertsOf, gapMs } from './joint.ts';
import type { Learned } from './learned.ts';
import { rarest } from './promise.ts';
import type { PlacedTrial } from './thresholds.ts';

/** Name of a tag by its index. */
export type NameOf = (tag: number) => string;

const mostTags = 5;
const mostDetectors = 5;

/** Alerts of one place in sequence, in blocks of the whole calibration. */
interface Stretch {
  readonly key: string;
  readonly from: number;
  to: number;
  isLasting: boolean;
  /** By channel: highest quotient of a surprise to its threshold. */
  readonly scores: Map<number, number>;
}

/**
 * Unusual episodes of a calibration: what raises alerts on a part of the data under thresholds that were fitted without it, so that
 * an episode cannot hide behind a threshold that it raised itself. Alerts join as the alert manager joins them, across the ends of
 * parts too. Those that remain under the rarest thresholds come first, then the highest score.
 */
export function episodesOf(learned: Learned, trials: readonly PlacedTrial[], nameOf: NameOf): Episode[] {
  return stretchesOf(learned, trials)
    .map((stretch) => describe(stretch, learned, nameOf))
    .toSorted((a, b) => Number(b.lasting) - Number(a.lasting) || b.score - a.score || a.from - b.from)
    .slice(0, mostEpisodes);
}

function stretchesOf({ outOfFold: { startedAt } }: Learned, trials: readonly PlacedTrial[]): Stretch[] {
  const alerts = trials.flatMap(({ from: start, channels, maxima }) => {
    const lasting = alertsOf(maxima, rarest(channels));
    return alertsOf(maxima, channels).map(({ key, from, to, peaks }): Stretch => {
      const isLasting = lasting.some((one) => one.key === key && one.from <= to && one.to >= from);
      const scores = [...peaks].map(([channel, peak]): [number, number] => [
        channel,
        peak / (channels[channel]?.threshold.begin ?? Number.POSITIVE_INFINITY),
      ]);
      return { key, from: start + from, to: start + to, isLasting, scores: new Map(scores) };
    });
  });
  const joined: Stretch[] = [];
  for (const own of Map.groupBy(alerts, ({ key }) => key).values()) {
    let last: Stretch | undefined;
    for (const alert of own.toSorted((a, b) => a.from - b.from)) {
      if (last === undefined || gapMs(startedAt, last.to, alert.from) > joinGapMs) {
        joined.push((last = alert));
        continue;
      }
      last.to = Math.max(last.to, alert.to);
      last.isLasting ||= alert.isLasting;
      for (const [channel, score] of alert.scores) last.scores.set(channel, Math.max(score, last.scores.get(channel) ?? 0));
    }
  }
  return joined;
}

function describe({ key, from, to, isLasting, scores }: Stretch, learned: Learned, nameOf: NameOf): Episode {
  const { startedAt } = learned.outOfFold;
  const ranked = [...scores].toSorted(([, a], [, b]) => b - a).map(([channel]) => channel);
  const explained = ranked.flatMap((channel) => {
    const moment = learned.moments.find((one) => one.channel === channel && one.block >= from && one.block <= to);
    return moment === undefined ? [] : [moment];
  });
  const places = ranked.flatMap((row) => {
    const detector = learned.detectors.find(
      ({ plugin, channels, offset }) => plugin.threshold === 'statistical' && row >= offset && row < offset + channels.length,
    );
    const channel = detector?.channels[row - detector.offset];
    return detector === undefined || channel === undefined ? [] : [{ name: detector.name, channel }];
  });
  const [first] = places;
  const score = Number((scores.get(ranked[0] ?? -1) ?? 0).toPrecision(4));
  const tags =
    explained.length > 0 ? explained.flatMap((moment) => moment.tags) : places.flatMap(({ channel }) => channel.tags.map(nameOf));
  const begin = startedAt[from] as number;
  // a block before a gap in the data does not last until its end
  const longest = (startedAt[to] as number) + (2 * learned.coveredMs) / learned.outOfFold.blocks;
  return {
    id: `${key}@${new Date(begin).toISOString()}`,
    from: begin,
    to: Math.round(Math.min(startedAt[to + 1] ?? learned.to, longest)),
    area: first?.channel.area ?? '',
    equipment: first?.channel.equipment ?? '',
    ...(first?.channel.device === undefined ? {} : { device: first.channel.device }),
    tags: [...new Set(tags)].slice(0, mostTags),
    detectors: [...new Set(places.map(({ name }) => name))].slice(0, mostDetectors),
    sentence: explained[0]?.sentence ?? plainly(first?.channel.key ?? key, first?.name ?? '', score),
    score,
    lasting: isLasting,
  };
}

/** Sentence for a surprise that no detector explained: what its detector observes, and by how much. */
const plainly = (channel: string, detector: string, score: number): string =>
  `${channel}: ${summaryOf(detector) ?? 'Its values are unusual.'} Peak: ${formatNumber(score, 2)} times the threshold.`;
