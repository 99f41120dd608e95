import { z } from 'zod';
import { duration } from '../../src/config/duration.ts';
import type { PhysicalEffect, PlantCondition } from '../../src/core/scenario.ts';

const number = String.raw`-?\d+(?:\.\d+)?`;
const comparisons = { above: 'above', below: 'below', is: 'equal', 'rises by': 'rises', 'falls by': 'falls' } as const;
const condition = new RegExp(String.raw`^(truth|register) (\S+) (${Object.keys(comparisons).join('|')}) (${number})`);
const time = String.raw`\d+(?:\.\d+)?(?:s|m|min|h)`;
const when = new RegExp(String.raw`^ (?:within (${time})|at (${time}|end)|from (${time}) to (${time}|end))$`);

const conditionNotation = 'a condition such as `truth station.flow below 1` or `register CW.LT01 rises by 0.1`';
const effectNotation =
  'a condition and a time such as `truth station.flow below 1 within 60s`, `at 30m`, `at end`, `from 60s to 1h`';

/** Time of a test as written; `within` counts from the first hostile step, the others from the start of the scenario. */
export type EffectTime =
  | { readonly type: 'within'; readonly s: number }
  | { readonly type: 'span'; readonly fromS: SpanTime; readonly toS: SpanTime };
type SpanTime = number | 'end';

/** A physical effect before the times of the scenario are known. */
export type StatedEffect = PlantCondition & { readonly when: EffectTime };

/** A condition without a time, as a setting of a scenario file. */
export const plantCondition = z.string().transform((text, context): PlantCondition => {
  const { found, rest } = conditionIn(text);
  if (found !== undefined && rest === '') return found;
  context.addIssue({ code: 'custom', message: `not ${conditionNotation}` });
  return z.NEVER;
});

/** A condition with its time, as a setting of a scenario file. */
export const statedEffect = z.string().transform((text, context): StatedEffect => {
  const { found, rest } = conditionIn(text);
  const stated = found === undefined ? undefined : timeIn(rest);
  if (found !== undefined && stated !== undefined) return { ...found, when: stated };
  context.addIssue({ code: 'custom', message: `not ${effectNotation}` });
  return z.NEVER;
});

/** The effect with its span. @param hostileS first hostile step, plant seconds after the start */
export function effectIn({ when: stated, ...found }: StatedEffect, hostileS: number, durationS: number): PhysicalEffect {
  if (stated.type === 'within') return { ...found, fromS: hostileS + 1, toS: hostileS + stated.s, throughout: false };
  const at = (time: SpanTime): number => (time === 'end' ? durationS : time);
  return { ...found, fromS: at(stated.fromS), toS: at(stated.toS), throughout: true };
}

function conditionIn(written: string): { readonly found?: PlantCondition; readonly rest: string } {
  const text = written.trim().replaceAll(/\s+/g, ' ');
  const [all = '', source, name, words, value] = condition.exec(text) ?? [];
  if ((source !== 'truth' && source !== 'register') || name === undefined) return { rest: '' };
  const comparison = comparisons[words as keyof typeof comparisons];
  return { found: { text, source, name, comparison, value: Number(value) }, rest: text.slice(all.length) };
}

function timeIn(text: string): EffectTime | undefined {
  const [all, within, at, from, to] = when.exec(text) ?? [];
  if (all === undefined) return undefined;
  if (within !== undefined) return { type: 'within', s: secondsOf(within) };
  return { type: 'span', fromS: spanTime(at ?? from ?? ''), toS: spanTime(at ?? to ?? '') };
}

const spanTime = (text: string): SpanTime => (text === 'end' ? 'end' : secondsOf(text));
const secondsOf = (text: string): number => Math.round(duration.parse(text) / 1_000);
