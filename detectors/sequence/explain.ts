import { formatDuration } from '../../src/core/format.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import type { States } from '../../src/detector-kit/states.ts';
import { called, limited, longestSentence, stateWord, titled } from '../../src/detector-kit/words.ts';
import type { Verdict } from './judge.ts';
import type { Layout } from './layout.ts';
import { firstOf, secondOf, type ItemStates } from './item-states.ts';

const wordOf = (tag: Tag, value: number): string => (Number.isNaN(value) ? 'unknown' : stateWord(tag, value));

/** How a sentence calls a tag. */
type NameOf = (tag: Tag) => string;

/** Explains the combined state of two tags of an equipment. */
export function explainPair(layout: Layout, states: States, current: ItemStates, pair: number, { cause }: Verdict): Explanation {
  const [a, b] = layout.pairOf(pair);
  const code = current.code[pair] as number;
  const before = current.before[pair] as number;
  const state = states.find(pair, code);
  const stayed = formatDuration(current.stayedMs(pair));
  const longest = formatDuration(state < 0 ? Number.NaN : states.longestMs(state));
  const now = `${stateWord(a, firstOf(code))}/${stateWord(b, secondOf(code))}`;
  const both = (name: NameOf): string =>
    `${name(a)} is ${wordOf(a, firstOf(code))} while ${name(b)} is ${wordOf(b, secondOf(code))}`;
  const texts = {
    none: {
      says: (name: NameOf) => `${both(name)}, as in normal operation`,
      title: 'is as usual',
      normalIf: 'it stayed as it is',
    },
    combination: {
      says: (name: NameOf) => `${both(name)}. Normal: each of these states alone, never both together`,
      title: `${now}, a new combination`,
      normalIf: `${called(a)} or ${called(b)} were in another state`,
    },
    order: {
      says: (name: NameOf) => `${changeOf([a, b], before, code, name)}. Normal: another order`,
      title: `${now} out of order`,
      normalIf: 'they changed in the order of normal operation',
    },
    lasts: {
      says: (name: NameOf) => `${both(name)} for ${stayed}. Normal: at most ${longest}`,
      title: `${now} for ${stayed}`,
      normalIf: `one of them followed the other within ${longest}`,
    },
  }[cause];
  const contribution = (tag: Tag, measured: number) => ({
    tag: tag.name,
    share: 0.5,
    unit: tag.unit,
    measured,
    expected: Number.NaN,
  });
  return {
    sentence: sentenceWith(texts.says),
    title: titled(a, texts.title),
    contributions: [contribution(a, firstOf(code)), contribution(b, secondOf(code))],
    normalIf: texts.normalIf,
    techniques:
      cause === 'none' ? [] : techniquesOf(a, b, cause === 'lasts' || (cause === 'order' && isWithoutEffect(a, b, before, code))),
  };
}

/** What changed from one combination to the next, and where the other tag was. */
function changeOf([a, b]: readonly [Tag, Tag], before: number, code: number, name: NameOf): string {
  const changed = (tag: Tag, part: (of: number) => number, verb = ' changed'): string =>
    `${name(tag)}${verb} from ${wordOf(tag, part(before))} to ${wordOf(tag, part(code))}`;
  const stayed = (tag: Tag, part: (of: number) => number): string => `${name(tag)} was ${wordOf(tag, part(before))}`;
  if (firstOf(before) === firstOf(code)) return `${changed(b, secondOf)} while ${stayed(a, firstOf)}`;
  if (secondOf(before) === secondOf(code)) return `${changed(a, firstOf)} while ${stayed(b, secondOf)}`;
  return `${changed(a, firstOf)} and ${changed(b, secondOf, '')}`;
}

/** A sentence with the descriptions of its tags where its length allows it, else with their names. */
function sentenceWith(says: (name: NameOf) => string): string {
  const long = `${says(called)}.`;
  return long.length <= longestSentence ? long : limited(`${says(({ name }) => name)}.`);
}

/** True if a command changed and the status that it belongs to did not, such as a selection that ended without a switching. */
function isWithoutEffect(a: Tag, b: Tag, before: number, code: number): boolean {
  const [hasAChanged, hasBChanged] = [firstOf(before) !== firstOf(code), secondOf(before) !== secondOf(code)];
  const [changed, other] = hasAChanged ? [a, b] : [b, a];
  return hasAChanged !== hasBChanged && changed.role === 'command' && other.role !== 'command';
}

/** Techniques: a command without effect was blocked or has a false status; a step out of order was commanded. */
function techniquesOf(a: Tag, b: Tag, isEffectMissing: boolean): readonly string[] {
  const commanded = a.role === 'command' || b.role === 'command';
  if (isEffectMissing) return commanded ? ['T1691.001', 'T1692.002', 'T0835'] : ['T1692.002'];
  return commanded ? ['T1692.001', 'T0835'] : ['T1692.001', 'T1692.002'];
}
