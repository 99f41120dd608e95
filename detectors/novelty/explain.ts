import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import { compared, explainTag, measure, type TagFinding, techniquesOfChange } from '../../src/streaming/words.ts';
import { levelSamples, type TagMemory, type View, views } from './memory.ts';

/** What the view that is surprised most has to say, and that all this is learned from the stream so far. */
export function explainNovelty(tag: Tag, value: number, memory: TagMemory): Explanation {
  const view = views.reduce((a, b) => (surpriseOf(memory, b) > surpriseOf(memory, a) ? b : a));
  const found = { tag, techniques: techniquesOfChange(tag), ...viewed(tag, value, memory, view) };
  const learning = `still learning: known from ${memory.samples} samples, not from a calibration; what lasts for a day is normal from then on`;
  return explainTag({ ...found, does: `${found.does} (${learning})` });
}

function surpriseOf(memory: TagMemory, view: View): number {
  const surprise = memory.surprises[views.indexOf(view)] as number;
  return Number.isNaN(surprise) ? -1 : surprise;
}

type Viewed = Omit<TagFinding, 'tag' | 'techniques'>;

function viewed(tag: Tag, value: number, memory: TagMemory, view: View): Viewed {
  switch (view) {
    case 'short':
      return levelled(tag, memory, 0);
    case 'long':
      return levelled(tag, memory, 1);
    case 'shape':
      return {
        does: `moves as it did not before, and is at ${measure(value, tag)}`,
        headline: 'moves as never before',
        measured: value,
        expected: Number.NaN,
        normalIf: 'it moved as it has moved before',
      };
    case 'day': {
      const { nearLow: low, nearHigh: high } = memory.days;
      const range = `between ${measure(low, tag)} and ${measure(high, tag)}`;
      return {
        does: `is at ${measure(value, tag)}, at a time of day at which it was ${range}`,
        headline: `${measure(value, tag)} is unusual at this time`,
        measured: value,
        expected: value < low ? low : high,
        low,
        high,
        normalIf: `it were ${range}`,
      };
    }
  }
}

function levelled(tag: Tag, memory: TagMemory, index: 0 | 1): Viewed {
  const level = memory.level[index] as number;
  const near = memory.near[index] as number;
  const [now, nearest] = compared(tag, level, near);
  // of a counter the steps are watched
  const what = tag.kind === 'counter' ? 'steps by' : 'is at';
  return {
    does: `${what} ${now} on average of ${levelSamples[index]} samples; the nearest to that where it has been more than once is ${nearest}`,
    headline: `${what} ${measure(level, tag)} as never before`,
    ...(tag.kind === 'counter' ? { of: 'step' } : {}),
    measured: level,
    expected: near,
    normalIf: tag.kind === 'counter' ? `it stepped by about ${nearest}` : `it were near ${nearest}`,
  };
}
