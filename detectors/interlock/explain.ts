import type { Contribution, Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import { called, compared, limited, measure, shorten, stateWord } from '../../src/detector-kit/words.ts';
import { type Edges, highSide, lowSide } from './edges.ts';
import type { Variable } from './variables.ts';

const longestTitle = 48;
/** Maximum number of drives among the contributions: with more, the share of the first one is too small to locate the finding. */
const mostMembers = 4;

/** Unauthorised commands, or changed settings that stop a controller from sending commands. */
const techniques = ['T1692.001', 'T0836'];

export interface Member {
  readonly tag: Tag;
  readonly value: number;
}

/** The value that does not match the state. */
export interface Odd {
  readonly tag: Tag;
  readonly value: number;
  readonly companion: number;
  readonly edges: Edges;
}

/** Explains a value that does not match the state of the drives. */
export function explainInterlock(
  variable: Variable,
  state: number,
  members: readonly Member[],
  odd: Odd | undefined,
): Explanation {
  const described = stateText(variable, state, members);
  const [first] = members;
  const contributions = contributionsOf(members, odd);
  if (odd === undefined)
    return {
      sentence: limited(`${described}, as in normal operation.`),
      title: fitting([described, first?.tag.name ?? variable.key]),
      contributions,
      normalIf: 'it stayed as it is',
      techniques,
    };
  const { tag, value, companion, edges } = odd;
  const low = edges.low(companion);
  const high = edges.high(companion);
  const isLow = value < low;
  // two of the last three samples judge, so the last one may be inside again
  const side = isLow ? 'low' : value > high ? 'high' : 'back';
  const sides = edges.sides[companion] as number;
  const statement =
    variable.counted || first === undefined ? described : `${called(first.tag)} is ${stateWord(first.tag, state)}`;
  const [now, least, most] = compared(tag, value, low, high);
  const is = `${called(tag)} is ${now}`;
  const normal = `Normal in this state: ${isLow ? `at least ${least}` : value > high ? `at most ${most}` : within(sides, low, high, tag)}`;
  return {
    sentence:
      side === 'back'
        ? limited(`${statement}, and ${is} again after a deviation. ${normal}.`)
        : // stopped drives are the observation, the state of one tag is its circumstance
          limited(variable.counted ? `${statement} while ${is}. ${normal}.` : `${is} while ${statement}. ${normal}.`),
    title: fitting(
      [called(tag), tag.name, tag.short]
        .map((name) => `${described}, ${name} ${side}`)
        .concat(`${variable.key}, ${tag.name} ${side}`),
    ),
    band: { tag: tag.name, unit: tag.unit, measured: value, low, high },
    contributions,
    normalIf: `${normalState(variable, state, members)}, or ${called(tag)} were ${within(sides, low, high, tag)}`,
    techniques,
  };
}

function within(sides: number, low: number, high: number, tag: Tag): string {
  if (sides === lowSide) return `at least ${measure(low, tag)}`;
  if (sides === highSide) return `at most ${measure(high, tag)}`;
  return `between ${measure(low, tag)} and ${measure(high, tag)}`;
}

/** "No high-lift pump running", "Booster running: 1 of 2", "Filter 1 step: drain". */
function stateText({ counted }: Variable, state: number, members: readonly Member[]): string {
  const [first] = members;
  if (first === undefined || Number.isNaN(state)) return `${first === undefined ? 'State' : called(first.tag)}: not known yet`;
  if (!counted) return `${called(first.tag)}: ${stateWord(first.tag, state)}`;
  const kind = kindOf(first.tag);
  return state === 0 ? `No ${lowered(kind)}` : `${kind}: ${state} of ${members.length}`;
}

/** Normal state of the drives; completes "It would be normal if …". */
function normalState({ counted }: Variable, state: number, members: readonly Member[]): string {
  const [first] = members;
  if (first === undefined || !counted) return `${first === undefined ? 'the state' : called(first.tag)} were in another state`;
  const { states } = first.tag;
  const count = members.length;
  if (state === 0) return `at least one of the ${count} were in state ${states?.[1] ?? 1}`;
  return `another number of the ${count} were in state ${states?.[1] ?? 1}`;
}

/** Description without the number that distinguishes the members. */
const kindOf = (tag: Tag): string => called(tag).replace(/\s*\b\d+\b/, '');

/** Text with a small first letter, unless its first word is an abbreviation. */
const lowered = (text: string): string => (/^[A-Z][a-z-]/.test(text) ? `${text.charAt(0).toLowerCase()}${text.slice(1)}` : text);

/** The first text that is short enough for a title. */
const fitting = (texts: readonly string[]): string =>
  shorten(texts.find((text) => text.length <= longestTitle) ?? texts.at(-1) ?? '');

/** The drives first, because they are in the wrong state; then the value that shows it. */
function contributionsOf(members: readonly Member[], odd: Odd | undefined): Contribution[] {
  const named = members.slice(0, mostMembers);
  const share = 1 / (named.length + (odd === undefined ? 0 : 1));
  const drives = named.map(({ tag, value }) => ({
    tag: tag.name,
    share,
    unit: tag.unit,
    measured: value,
    expected: Number.NaN,
  }));
  if (odd === undefined) return drives;
  const { tag, value, companion, edges } = odd;
  const low = edges.low(companion);
  const expected = Math.min(edges.high(companion), Math.max(low, value));
  return [...drives, { tag: tag.name, share: value < low ? -share : share, unit: tag.unit, measured: value, expected }];
}
