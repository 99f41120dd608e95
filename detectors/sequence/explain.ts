import { formatDuration } from '../../src/core/format.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import type { States } from '../../src/detector-kit/states.ts';
import { called, limited, stateWord, titled } from '../../src/detector-kit/words.ts';
import type { Verdict } from './judge.ts';
import type { Layout } from './layout.ts';
import { firstOf, secondOf, type ItemStates } from './item-states.ts';

const statement = (tag: Tag, value: number, verb: 'is' | 'was'): string =>
  `${called(tag)} ${verb} ${Number.isNaN(value) ? 'unknown' : stateWord(tag, value)}`;

/** Explains the combined state of two tags of an equipment. */
export function explainPair(layout: Layout, states: States, current: ItemStates, pair: number, { cause }: Verdict): Explanation {
  const [a, b] = layout.pairOf(pair);
  const code = current.code[pair] as number;
  const before = current.before[pair] as number;
  const both = (of: number, verb: 'is' | 'was' = 'is'): string =>
    `${statement(a, firstOf(of), verb)} while ${statement(b, secondOf(of), verb)}`;
  const state = states.find(pair, code);
  const stayed = formatDuration(current.stayedMs(pair));
  const longest = formatDuration(state < 0 ? Number.NaN : states.longestMs(state));
  const now = `${stateWord(a, firstOf(code))}/${stateWord(b, secondOf(code))}`;
  const texts = {
    none: { says: `${both(code)}, as in normal operation`, title: 'is as usual', normalIf: 'it stayed as it is' },
    combination: {
      says: `${both(code)}. Normal: each of these states alone, never both together`,
      title: `${now}, a new combination`,
      normalIf: `${called(a)} or ${called(b)} were in another state`,
    },
    order: {
      says: `${both(code)}, directly after ${both(before, 'was')}. Normal: another order`,
      title: `${now} out of order`,
      normalIf: 'they changed in the order of normal operation',
    },
    lasts: {
      says: `${both(code)} for ${stayed}. Normal: at most ${longest}`,
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
    sentence: limited(`${texts.says}.`),
    title: titled(a, texts.title),
    contributions: [contribution(a, firstOf(code)), contribution(b, secondOf(code))],
    normalIf: texts.normalIf,
    techniques:
      cause === 'none' ? [] : techniquesOf(a, b, cause === 'lasts' || (cause === 'order' && isWithoutEffect(a, b, before, code))),
  };
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
