import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import { compared, explainTag, measure, normalRange, type TagFinding, techniquesOfChange } from '../../src/detector-kit/words.ts';
import { levelSamples, type TagMemory, type View, views } from './memory.ts';

/** Explains the view with the largest surprise, and states that the baseline is still learned from the stream. */
export function explainNovelty(tag: Tag, value: number, memory: TagMemory): Explanation {
  const view = views.reduce((a, b) => (surpriseOf(memory, b) > surpriseOf(memory, a) ? b : a));
  const found = { tag, techniques: techniquesOfChange(tag), ...viewed(tag, value, memory, view) };
  const learning = `Still learning from ${memory.samples} samples: a state that lasts a day becomes normal`;
  return explainTag({ ...found, normal: `${found.normal}. ${learning}` });
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
        does: `moves in a new way and is ${measure(value, tag)}`,
        normal: 'Normal: its earlier movements',
        headline: 'moves in a new way',
        measured: value,
        expected: Number.NaN,
        normalIf: 'it moved as before',
      };
    case 'day': {
      const { nearLow: low, nearHigh: high } = memory.days;
      const range = `between ${measure(low, tag)} and ${measure(high, tag)}`;
      return {
        does: `is ${measure(value, tag)}, unusual for this time of day`,
        normal: normalRange(measure(low, tag), measure(high, tag), tag.unit),
        headline: `at ${measure(value, tag)}, unusual at this time`,
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
  // for a counter the steps are watched
  const what = tag.kind === 'counter' ? 'steps by' : 'is';
  return {
    does: `${what} ${now} on average over ${levelSamples[index]} samples`,
    normal: `Nearest normal value ${nearest}`,
    headline: `${what} ${measure(level, tag)}, a new level`,
    ...(tag.kind === 'counter' ? { of: 'step' } : {}),
    measured: level,
    expected: near,
    normalIf: tag.kind === 'counter' ? `it stepped by about ${nearest}` : `it were near ${nearest}`,
  };
}
