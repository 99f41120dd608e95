import type { Explanation } from '../core/finding.ts';
import { formatNumber } from '../core/format.ts';
import type { Tag } from '../core/tag.ts';

export const longestTitle = 48;
export const longestSentence = 200;

/**
 * A value with its unit and the decimals of its tag: `2.000 m`, `−0.6 m³/h`. A smaller value is zero, unless the engineering range
 * and `beside` are as small.
 * @param beside greatest value that it is compared with
 */
export function measure(value: number, tag: Tag, beside = 0): string {
  if (!Number.isFinite(value)) return 'no value';
  const size = Math.abs(value);
  const { decimals, range = { low: 0, high: 0 } } = tag;
  const greatest = Math.max(size, beside, Math.abs(range.low), Math.abs(range.high));
  const isTiny = greatest < 0.5 * 10 ** -decimals;
  const figures = size !== 0 && (size >= 1e9 || isTiny) ? value.toPrecision(3) : value.toFixed(decimals);
  const signed = figures.replace(/^-/, Number(figures) === 0 ? '' : '−');
  return tag.unit === '' ? signed : `${signed} ${tag.unit}`;
}

/** Most decimals beyond those of the tag that distinguish two values. */
const mostMore = 3;

/** True for a value too small to differ from zero in any text. */
export const isNothing = (value: number, { decimals }: Tag): boolean => Math.abs(value) < 0.5 * 10 ** -(decimals + mostMore);

/**
 * Values that a sentence compares, with as many more decimals as it takes to distinguish them, and none of them from zero: `3.902 m` and
 * `3.899 m`.
 */
export function compared<Values extends readonly number[]>(tag: Tag, ...values: Values): { [K in keyof Values]: string } {
  const different = new Set(values.filter(Number.isFinite)).size;
  const greatest = Math.max(...values.filter(Number.isFinite).map(Math.abs));
  const shown = (more: number): string[] =>
    values.map((value) => measure(value, { ...tag, decimals: tag.decimals + more }, greatest));
  const isDistinct = (texts: readonly string[]): boolean =>
    new Set(texts.filter((_, i) => Number.isFinite(values[i]))).size === different &&
    texts.every((text, i) => isNothing(values[i] as number, tag) || /[1-9]/.test(text.slice(0, text.length - tag.unit.length)));
  for (let more = 0; more <= mostMore; more++) {
    const texts = shown(more);
    if (isDistinct(texts)) return texts as { [K in keyof Values]: string };
  }
  const [fewest, most] = [shown(0), shown(mostMore)];
  // values that differ by less are the same to a reader
  return (new Set(most).size > new Set(fewest).size ? most : fewest) as { [K in keyof Values]: string };
}

/** Name of a state, or its number if the configuration gives no name. */
export const stateWord = (tag: Tag, value: number): string => tag.states?.[value] ?? String(value);

/** Text of a value: the state of a discrete tag, else the number with its unit. */
export const reading = (value: number, tag: Tag): string =>
  tag.kind === 'discrete' && Number.isInteger(value) ? stateWord(tag, value) : measure(value, tag);

/**
 * The state that an expected value of a discrete tag points to. The expected value may lie between two states.
 * @returns `leaning` when the measured state is the nearest one and another lies in the direction of the expected value; no state
 * where none does
 */
export function impliedState(
  expected: number,
  measured: number,
  tag: Tag,
): { readonly state: number | undefined; readonly leaning: boolean } {
  const states = Object.keys(tag.states ?? {}).map(Number);
  const known = states.length > 1 ? states : [Math.floor(expected), Math.ceil(expected)];
  const nearest = (among: readonly number[]): number =>
    among.reduce((a, b) => (Math.abs(b - expected) < Math.abs(a - expected) ? b : a), among[0] ?? measured);
  const state = nearest(known);
  if (state !== measured) return { state, leaning: false };
  const towards = known.filter((one) => (expected > measured ? one > measured : one < measured));
  return { state: towards.length === 0 ? undefined : nearest(towards), leaning: true };
}

/** Text of the expected value of a discrete tag: one state, or the two states around it. */
export function expectedState(expected: number, measured: number, tag: Tag): string {
  const { state, leaning } = impliedState(expected, measured, tag);
  if (state === undefined) return stateWord(tag, measured);
  return leaning ? `between ${stateWord(tag, measured)} and ${stateWord(tag, state)}` : stateWord(tag, state);
}

/** The expected value, limited to the engineering range of its tag unless the measured value is outside of it too. */
export function possible(expected: number, measured: number, { range }: Tag): number {
  if (range === undefined || !(measured >= range.low && measured <= range.high)) return expected;
  return Math.min(Math.max(expected, range.low), range.high);
}

/** A figure of a baseline with its unit: all digits if it is exact, otherwise three significant digits. */
export function figureText(value: number, unit: string, isExact = false): string {
  const text = isExact ? String(value).replace('-', '−') : formatNumber(value);
  return unit === '' ? text : `${text} ${unit}`;
}

/** A sentence whose normal values a person has edited, with a note that names the editor if there is space. */
export function asEdited(sentence: string, note: string): string {
  const marked = sentence.replaceAll('Normal', 'Edited normal');
  const noted = `${marked} ${note}`;
  return noted.length <= longestSentence ? noted : limited(marked);
}

/** `Normal range 1.00 to 1.10 mg/L`, or `Normal value 1.00 mg/L` where both ends are the same. */
export function normalRange(low: string, high: string, unit: string, of = ''): string {
  const told = of === '' ? '' : ` of ${of}:`;
  if (low === high) return `Normal value${told} ${low}`;
  const suffix = ` ${unit}`;
  return `Normal range${told} ${unit !== '' && high.endsWith(suffix) ? low.replace(suffix, '') : low} to ${high}`;
}

/** Description of a tag, or its name if it has none. */
export const called = (tag: Tag): string => (tag.description === '' ? tag.name : tag.description);

/** `a`, `a and b`, `a, b and c`. */
export const listed = (words: readonly string[], last = 'and'): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;

/** `<tag> <does>` within 48 characters, by description, name or short name of the tag, the first that fits. */
export function titled(tag: Tag, does: string): string {
  const names = [called(tag), tag.name, tag.short === '' ? tag.name : tag.short];
  return shorten(`${names.find((name) => name.length + 1 + does.length <= longestTitle) ?? tag.short} ${does}`);
}

const cut = (text: string, longest: number): string => (text.length <= longest ? text : `${text.slice(0, longest - 1)}…`);

export const shorten = (text: string): string => cut(text, longestTitle);

/** A sentence within 200 characters. */
export const limited = (sentence: string): string =>
  sentence.length <= longestSentence ? sentence : `${cut(sentence.replace(/\.$/, ''), longestSentence - 1)}.`;

/** `<tag> <does>. <normal>.`, with the description of the tag where 200 characters allow it, else with its name. */
export function sentenceOf(tag: Tag, does: string, normal: string): string {
  const after = `${does}.${normal === '' ? '' : ` ${normal}.`}`;
  const name = [called(tag), tag.name].find(({ length }) => length + 1 + after.length <= longestSentence) ?? tag.name;
  return limited(`${name} ${after}`);
}

/** The finding of a detector of single tags. */
export interface TagFinding {
  readonly tag: Tag;
  /** Completes "<tag> …": the behaviour, its size and its duration. No full stop. */
  readonly does: string;
  /** The second sentence: `Normal range 1 to 2 m`, `Normal: at most 5 s`; empty where nothing is abnormal. No full stop. */
  readonly normal: string;
  /** Completes "<tag> …" in the title. */
  readonly headline: string;
  readonly measured: number;
  /** Expected counterpart of `measured`; NaN if there is no particular value. */
  readonly expected: number;
  readonly low?: number;
  readonly high?: number;
  /** Measured property of the tag if it is not the value: `fluctuation`. */
  readonly of?: string;
  readonly normalIf: string;
  readonly techniques: readonly string[];
}

/** An explanation whose only contribution is the tag itself. */
export function explainTag(finding: TagFinding): Explanation {
  const { tag, does, normal, headline, measured, expected, low, high, of, normalIf, techniques } = finding;
  const what = of === undefined ? {} : { of };
  const band =
    low === undefined || high === undefined ? undefined : { tag: tag.name, unit: tag.unit, ...what, measured, low, high };
  const share = measured < expected ? -1 : 1;
  return {
    sentence: sentenceOf(tag, does, normal),
    title: titled(tag, headline),
    band,
    contributions: [{ tag: tag.name, share, unit: tag.unit, ...what, measured, expected }],
    normalIf,
    techniques,
  };
}

/** ATT&CK techniques (v19) that can change the value of a tag, by the role of the tag. */
export function techniquesOfChange(tag: Tag): readonly string[] {
  // a controller counts events, such as accepted writes
  if (tag.kind === 'counter') return ['T1692.001', 'T0836'];
  if (tag.role === 'command') return ['T1692.001', 'T0836'];
  if (tag.role === 'setpoint' || tag.role === 'parameter') return ['T0836', 'T1692.001'];
  return [];
}
