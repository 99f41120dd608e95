import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import type { States } from '../../src/streaming/states.ts';
import { called, comparedSpans, duration, stateWord, titled } from '../../src/streaming/words.ts';
import type { Verdict } from './judge.ts';
import type { Layout } from './layout.ts';
import { firstOf, secondOf, type Standing } from './standing.ts';

const stands = (tag: Tag, value: number, verb: 'is' | 'was'): string =>
  `${called(tag)} ${verb} ${Number.isNaN(value) ? 'not known' : stateWord(tag, value)}`;

/** Says what was surprising about how two tags of an equipment stand together. */
export function explainPair(layout: Layout, states: States, standing: Standing, pair: number, { cause }: Verdict): Explanation {
  const [a, b] = layout.pairOf(pair);
  const code = standing.code[pair] as number;
  const before = standing.before[pair] as number;
  const both = (of: number, verb: 'is' | 'was' = 'is'): string =>
    `${stands(a, firstOf(of), verb)} while ${stands(b, secondOf(of), verb)}`;
  const state = states.find(pair, code);
  const [stayed, longest] = comparedSpans(standing.stayedMs(pair), state < 0 ? Number.NaN : states.longestMs(state));
  const now = `${stateWord(a, firstOf(code))}/${stateWord(b, secondOf(code))}`;
  const told = {
    none: { says: `${both(code)}, as in normal running`, title: 'stands as usual', normalIf: 'it stayed as it is' },
    combination: {
      says: `${both(code)}; in normal running each of them was so, but never together`,
      title: `${now}: never seen together`,
      normalIf: `${called(a)} or ${called(b)} stood otherwise`,
    },
    order: {
      says: `${both(code)}, and just before that ${both(before, 'was')}; in normal running they never went that way`,
      title: `${now}: out of its order`,
      normalIf: 'they changed in the order that they have in normal running',
    },
    lasts: {
      says: `${both(code)} for ${stayed}; in normal running this passes within ${longest}`,
      title: `${now} for ${duration(standing.stayedMs(pair))}`,
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
    sentence: `${told.says}.`,
    title: titled(a, told.title),
    contributions: [contribution(a, firstOf(code)), contribution(b, secondOf(code))],
    normalIf: told.normalIf,
    techniques: cause === 'none' ? [] : techniquesOf(a, b, cause === 'lasts'),
  };
}

/** A command without effect was blocked, or its status is a false report; what happens out of turn was commanded by somebody. */
function techniquesOf(a: Tag, b: Tag, lasts: boolean): readonly string[] {
  const commanded = a.role === 'command' || b.role === 'command';
  if (lasts) return commanded ? ['T1691.001', 'T1692.002', 'T0835'] : ['T1692.002'];
  return commanded ? ['T1692.001', 'T0835'] : ['T1692.001', 'T1692.002'];
}
