import type { Explanation } from '../core/finding.ts';
import type { Tag } from '../core/tag.ts';

const longestTitle = 48;

/** A value as displays show it, with its unit: `2.000 m`, `−0.6 m³/h`. */
export function measure(value: number, tag: Tag): string {
  if (!Number.isFinite(value)) return 'no value';
  const size = Math.abs(value);
  const figures =
    size !== 0 && (size >= 1e9 || size < 0.5 * 10 ** -tag.decimals) ? value.toPrecision(3) : value.toFixed(tag.decimals);
  const signed = figures.replace(/^-/, Number(figures) === 0 ? '' : '−');
  return tag.unit === '' ? signed : `${signed} ${tag.unit}`;
}

/** Most figures beyond those of its display by which a value is told apart from another. */
const mostMore = 3;

/** True for what is too small to be told from nothing. */
export const isNothing = (value: number, { decimals }: Tag): boolean => Math.abs(value) < 0.5 * 10 ** -(decimals + mostMore);

/** Values that a sentence compares, as displays show them, with as many more decimals as it takes to tell different ones apart: `3.902 m` from `3.899 m`. */
export function compared<Values extends readonly number[]>(tag: Tag, ...values: Values): { [K in keyof Values]: string } {
  const different = new Set(values.filter(Number.isFinite)).size;
  const shown = (more: number): string[] => values.map((value) => measure(value, { ...tag, decimals: tag.decimals + more }));
  const isTold = (texts: readonly string[]): boolean =>
    new Set(texts.filter((_, i) => Number.isFinite(values[i]))).size === different;
  for (let more = 0; more <= mostMore; more++) {
    const texts = shown(more);
    if (isTold(texts)) return texts as { [K in keyof Values]: string };
  }
  return shown(0) as { [K in keyof Values]: string };
}

/** A state by its word; by its number where the configuration has none. */
export const stateWord = (tag: Tag, value: number): string => tag.states?.[value] ?? String(value);

/** A value as an operator reads it: of a discrete tag the state, else as displays show it. */
export const reading = (value: number, tag: Tag): string =>
  tag.kind === 'discrete' && Number.isInteger(value) ? stateWord(tag, value) : measure(value, tag);

/**
 * Which other state what is expected of a discrete tag speaks for, for it may lie between two.
 * @returns `leaning` when no state is nearer than the present one, but this one lies in its direction; no state where none does
 */
export function spokenFor(
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

/** What is expected of a discrete tag in the words of its states: one of them, or between which two it lies. */
export function expectedState(expected: number, measured: number, tag: Tag): string {
  const { state, leaning } = spokenFor(expected, measured, tag);
  if (state === undefined) return stateWord(tag, measured);
  return leaning ? `between ${stateWord(tag, measured)} and ${stateWord(tag, state)}` : stateWord(tag, state);
}

/** A span of time with at most two units: `45 s`, `4 min`, `2 h 10 min`, `3 d`. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return 'an unknown time';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  if (hours >= 48) return `${Math.round(hours / 24)} d`;
  return hours < 10 ? twoUnits(minutes) : `${hours} h`;
}

/** Spans of time that a sentence compares: `2 min` and `3 min`, but `2 min 10 s` and `1 min 40 s`, which both are about two. */
export function comparedSpans(...spans: readonly [number, number]): [string, string] {
  const [a, b] = [duration(spans[0]), duration(spans[1])];
  if (a !== b || spans[0] === spans[1]) return [a, b];
  const [exactA, exactB] = [exactly(spans[0]), exactly(spans[1])];
  return exactA === exactB ? [a, b] : [exactA, exactB];
}

/** A span of time with two units where it has them: `2 min 10 s`, `3 d 4 h`. */
function exactly(ms: number): string {
  if (ms < 1_000) return `${Number(ms.toPrecision(3))} ms`;
  if (ms < 100_000) return `${Number((ms / 1_000).toFixed(1))} s`;
  const units = [
    [86_400_000, 'd', 3_600_000, 'h'],
    [3_600_000, 'h', 60_000, 'min'],
    [0, 'min', 1_000, 's'],
  ] as const;
  const [from, large, size, small] = units.find(([least]) => ms >= 2 * least) ?? units[2];
  const count = Math.round(ms / size);
  const per = (from === 0 ? 60_000 : from) / size;
  return count % per === 0 ? `${count / per} ${large}` : `${Math.floor(count / per)} ${large} ${count % per} ${small}`;
}

const twoUnits = (minutes: number): string =>
  minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;

/** The nearest to what is expected of a tag that is within its engineering range, unless it was measured beyond that. */
export function possible(expected: number, measured: number, { range }: Tag): number {
  if (range === undefined || !(measured >= range.low && measured <= range.high)) return expected;
  return Math.min(Math.max(expected, range.low), range.high);
}

/** A figure of a baseline: as many digits as it is known by, unless it is exact. */
export function figureText(value: number, unit: string, isExact = false): string {
  const text = String(isExact ? value : Number(value.toPrecision(4))).replace('-', '−');
  return unit === '' ? text : `${text} ${unit}`;
}

/** What detectors say of normal running, where figures of it are a person's, with a sentence that says whose. */
export const asEdited = (sentence: string, note: string): string =>
  `${sentence.replaceAll('in normal running', 'in normal running as edited')} ${note}`;

/** Plain words for a tag: its description, or its name where it has none. */
export const called = (tag: Tag): string => (tag.description === '' ? tag.name : tag.description);

/** `a`, `a and b`, `a, b and c`. */
export const listed = (words: readonly string[], last = 'and'): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;

/** `<tag> <what it does>`, with the shortest naming of the tag that is needed to stay within 48 characters. */
export function titled(tag: Tag, does: string): string {
  const names = [called(tag), tag.name, tag.short === '' ? tag.name : tag.short];
  return shorten(`${names.find((name) => name.length + 1 + does.length <= longestTitle) ?? tag.short} ${does}`);
}

export const shorten = (text: string): string => (text.length <= longestTitle ? text : `${text.slice(0, longestTitle - 1)}…`);

/** What a detector of single tags says about one of them. */
export interface TagFinding {
  readonly tag: Tag;
  /** Completes "<tag> …", a sentence without its full stop. */
  readonly does: string;
  /** Completes "<tag> …" in the title. */
  readonly headline: string;
  readonly measured: number;
  /** What was expected of the measured value; NaN where there is no particular value. */
  readonly expected: number;
  readonly low?: number;
  readonly high?: number;
  /** What of the tag these are, where they are not its value: `fluctuation`. */
  readonly of?: string;
  readonly normalIf: string;
  readonly techniques: readonly string[];
}

/** An explanation whose only contribution is the tag itself. */
export function explainTag(finding: TagFinding): Explanation {
  const { tag, does, headline, measured, expected, low, high, of, normalIf, techniques } = finding;
  const what = of === undefined ? {} : { of };
  const band =
    low === undefined || high === undefined ? undefined : { tag: tag.name, unit: tag.unit, ...what, measured, low, high };
  const share = measured < expected ? -1 : 1;
  return {
    sentence: `${called(tag)} ${does}.`,
    title: titled(tag, headline),
    band,
    contributions: [{ tag: tag.name, share, unit: tag.unit, ...what, measured, expected }],
    normalIf,
    techniques,
  };
}

/** ATT&CK techniques (v19) that a change of a tag's own value can belong to, by what the tag is for. */
export function techniquesOfChange(tag: Tag): readonly string[] {
  // what a controller counts are events, such as the writes that it accepted
  if (tag.kind === 'counter') return ['T1692.001', 'T0836'];
  if (tag.role === 'command') return ['T1692.001', 'T0836'];
  if (tag.role === 'setpoint' || tag.role === 'parameter') return ['T0836', 'T1692.001'];
  return [];
}
