import type { Episode } from '../../core/episodes.ts';
import { ScadaError } from '../../core/errors.ts';
import { joinKey } from '../../core/join.ts';
import type { Learned, LearnedDetector } from './learned.ts';
import { BlockMaxima } from './maxima.ts';
import { judged } from './stays.ts';

/** Factor by which the next operation of a kind that was seen once may go further. */
const furtherThanSeen = 2;
/** Least share of the calibration that exclusions must leave. */
const leastLeft = 0.5;

/**
 * A calibration after decisions of people about its episodes.
 *
 * `exclude` removes the blocks of the episode from all channels, and their time from the observed time. `normal` keeps them. If
 * not even the rarest thresholds avoid its alert, the episode counts as learned by every copy: its surprises at its place are
 * limited to the highest one outside of it that the detector reports which learned it. The threshold of the whole calibration is
 * above twice what it reports within: one operation does not show how far the next one goes. Other episodes count as they are, so that a mark cannot
 * replace a threshold.
 * @throws ScadaError INPUT_INVALID if too little is left
 */
export function reviewed(learned: Learned, episodes: readonly Episode[]): Learned {
  const known = episodes.filter(({ decided, lasting }) => decided?.as === 'normal' && lasting);
  const excluded = episodes.filter(({ decided }) => decided?.as === 'exclude');
  const counted = known.length === 0 ? learned : { ...learned, ...limited(learned, known) };
  return excluded.length === 0 ? counted : without(counted, excluded);
}

/** Blocks that overlap an episode. */
function blocksOf({ outOfFold: { startedAt, blocks }, to }: Learned, episode: Episode): number[] {
  return Array.from({ length: blocks }, (_, block) => block).filter((block) => {
    const [begin, end] = [startedAt[block] as number, startedAt[block + 1] ?? to + 1];
    return begin < episode.to && end > episode.from;
  });
}

function limited(
  { outOfFold, inSample, ...learned }: Learned,
  known: readonly Episode[],
): Pick<Learned, 'outOfFold' | 'inSample'> {
  const [maxima, allowing] = [copyOf(outOfFold), copyOf(inSample)];
  for (const episode of known) {
    const blocks = blocksOf({ ...learned, outOfFold, inSample }, episode);
    const within = new Set(blocks);
    for (const row of rowsAt(learned.detectors, joinKey(episode))) {
      const most = inSample
        .of(row)
        .reduce((highest, value, block) => (within.has(block) ? highest : Math.max(highest, value)), 0);
      for (const block of blocks) {
        const surprise = outOfFold.at(row, block);
        if (surprise <= most) continue;
        maxima.of(row)[block] = Math.min(maxima.at(row, block), most);
        allowing.of(row)[block] = Math.min(surprise, furtherThanSeen * inSample.at(row, block));
      }
    }
  }
  return { outOfFold: maxima, inSample: allowing };
}

/** Rows of the channels whose findings join at a place. */
const rowsAt = (detectors: readonly LearnedDetector[], key: string): number[] =>
  detectors
    .filter(({ plugin }) => plugin.threshold === 'statistical')
    .flatMap(({ channels, offset }) => channels.flatMap((channel, i) => (joinKey(channel) === key ? [offset + i] : [])));

function without(learned: Learned, excluded: readonly Episode[]): Learned {
  const { outOfFold, inSample } = learned;
  const gone = new Set(excluded.flatMap((episode) => blocksOf(learned, episode)));
  const left = Array.from({ length: outOfFold.blocks }, (_, block) => block).filter((block) => !gone.has(block));
  const share = left.length / Math.max(1, outOfFold.blocks);
  if (share < leastLeft)
    throw new ScadaError(
      'config',
      'INPUT_INVALID',
      `the excluded episodes cover ${Math.round(100 * (1 - share))} % of the calibration`,
      {
        hint: 'exclude fewer, or run scadawatch calibrate on a time span of normal operation',
      },
    );
  const [rest, restInSample] = [some(outOfFold, left), some(inSample, left)];
  const detectors = learned.detectors.map((detector) => ({
    ...detector,
    stays: detector.stays.map((stays, i) => {
      if (stays === undefined) return undefined;
      const [before, after] = [outOfFold, rest].map((maxima) => judged(maxima.of(detector.offset + i)).length);
      return before === undefined || after === undefined || before === 0 ? stays : (stays * after) / before;
    }),
    ...(detector.plugin.calibrated === 'edge' ? { edges: edgesWithout(detector, inSample, restInSample) } : {}),
  }));
  return {
    ...learned,
    detectors,
    coveredMs: learned.coveredMs * share,
    rows: Math.round(learned.rows * share),
    outOfFold: rest,
    inSample: restInSample,
    moments: learned.moments
      .filter(({ block }) => !gone.has(block))
      .map((moment) => ({ ...moment, block: left.indexOf(moment.block) })),
  };
}

/** The highest learned surprise of each channel outside of what is excluded, as a share of the highest of all. */
const edgesWithout = ({ channels, offset }: LearnedDetector, all: BlockMaxima, rest: BlockMaxima): number[] =>
  channels.map((_, i) => {
    const [most, left] = [all, rest].map((maxima) => maxima.of(offset + i).reduce((high, value) => Math.max(high, value), 0));
    return most === undefined || left === undefined || left === 0 ? 1 : left / most;
  });

/** Only some blocks, in order. */
function some(maxima: BlockMaxima, blocks: readonly number[]): BlockMaxima {
  const chosen = new BlockMaxima(maxima.channels, blocks.length);
  chosen.startedAt.set(blocks.map((block) => maxima.startedAt[block] as number));
  for (let row = 0; row < maxima.channels; row++) chosen.of(row).set(blocks.map((block) => maxima.at(row, block)));
  return chosen;
}

function copyOf(maxima: BlockMaxima): BlockMaxima {
  const { startedAt, values } = maxima.toMessage();
  return new BlockMaxima(maxima.channels, maxima.blocks, { startedAt: startedAt.slice(), values: values.slice() });
}
