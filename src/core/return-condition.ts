import { formatDuration, formatNumber } from './format.ts';
import type { Tag } from './tag.ts';

/** Condition of one tag that must hold before an alarm returns to normal. */
export type ReturnCondition =
  | { readonly tag: string; readonly side: 'above' | 'below'; readonly limit: number; readonly unit: string }
  | { readonly tag: string; readonly is: readonly number[] };

/** Return condition of an alarm record: conditions that must all hold, and the time for which they must, ms. */
export interface StatedReturn {
  readonly all: readonly ReturnCondition[];
  readonly delayMs: number;
}

/** Properties of a tag that a condition is checked against. */
export type ConditionTag = Pick<Tag, 'kind' | 'unit' | 'range' | 'states' | 'decimals'>;

/** Most conditions of one record. */
const most = 4;
/** Notation of a return condition, for messages. */
export const returnNotation = 'a condition such as `PS.FT01 above 40 L/s` or `P1.RUN is 1`, or up to four joined by `and`';

const number = String.raw`-?\d+(?:\.\d+)?`;
const analog = new RegExp(String.raw`^(\S+) (above|below) (${number}) ?(\D.*)?$`);
const discrete = new RegExp(String.raw`^(\S+) is (${number}(?: or ${number})*)$`);

/** Reads a return condition: `PS.FT01 above 40 L/s and P1.RUN is 1 or 2`. Undefined if it is none. */
export function parseReturn(text: string): readonly ReturnCondition[] | undefined {
  const lines = text.trim().replaceAll(/\s+/g, ' ').split(' and ');
  const all = lines.flatMap((line) => parseOne(line) ?? []);
  return all.length === lines.length && all.length <= most ? all : undefined;
}

function parseOne(line: string): ReturnCondition | undefined {
  const [, tag, side, limit, unit = ''] = analog.exec(line) ?? [];
  if (tag !== undefined && (side === 'above' || side === 'below')) return { tag, side, limit: Number(limit), unit };
  const [, of, values] = discrete.exec(line) ?? [];
  return of === undefined || values === undefined ? undefined : { tag: of, is: values.split(' or ').map(Number) };
}

/** The conditions as `parseReturn` reads them. */
export const returnText = (all: readonly ReturnCondition[]): string => all.map(textOf).join(' and ');

const textOf = (condition: ReturnCondition): string =>
  'is' in condition
    ? `${condition.tag} is ${condition.is.join(' or ')}`
    : `${condition.tag} ${condition.side} ${condition.limit} ${condition.unit}`.trim();

/** True if the value of the tag meets the condition. */
export const isMet = (condition: ReturnCondition, value: number): boolean => {
  if ('is' in condition) return condition.is.includes(value);
  return condition.side === 'above' ? value > condition.limit : value < condition.limit;
};

/** Reason for which a condition cannot be used; undefined if it can. @param tag undefined if the plant does not have it */
export function returnProblem(condition: ReturnCondition, tag: ConditionTag | undefined): string | undefined {
  const { tag: name } = condition;
  if (tag === undefined) return `the plant has no tag ${name}`;
  if ('is' in condition) return stateProblem(name, condition.is, tag);
  const { side, limit, unit } = condition;
  if (tag.kind !== 'analog' && tag.kind !== 'counter')
    return `${name} is ${kindText(tag.kind)}: state its values, such as \`${name} is 1\``;
  if (unit !== tag.unit) {
    const has = tag.unit === '' ? 'has no unit' : `is in ${tag.unit}`;
    return unit === '' ? `${name} ${has}: state the unit after the number` : `${name} ${has}, not in ${unit}`;
  }
  const { range } = tag;
  if (range === undefined || (side === 'above' ? limit < range.high : limit > range.low)) return undefined;
  return `${name} is never ${side} ${limit}: its range is ${range.low} to ${range.high}`;
}

function stateProblem(name: string, is: readonly number[], { kind, states, range }: ConditionTag): string | undefined {
  if (kind !== 'discrete') return `${name} is ${kindText(kind)}: \`is\` needs a discrete one`;
  if (states !== undefined && !is.some((value) => String(value) in states))
    return `${name} is never ${is.join(' or ')}: its states are ${Object.keys(states).join(', ')}`;
  if (range !== undefined && !is.some((value) => value >= range.low && value <= range.high))
    return `${name} is never ${is.join(' or ')}: its range is ${range.low} to ${range.high}`;
  return undefined;
}

const kindText = (kind: Tag['kind']): string => `${kind === 'analog' ? 'an' : 'a'} ${kind} tag`;

/** The condition within a sentence: `PS.FT01 is above 40 L/s for 1 min`. @param tagOf undefined for a tag that the plant does not have */
export function returnClause({ all, delayMs }: StatedReturn, tagOf: (name: string) => ConditionTag | undefined): string {
  const lasting = delayMs === 0 ? '' : ` for ${formatDuration(delayMs)}`;
  return `${all.map((one) => clauseOf(one, tagOf(one.tag))).join(' and ')}${lasting}`;
}

function clauseOf(condition: ReturnCondition, tag: ConditionTag | undefined): string {
  if ('is' in condition) {
    const names = condition.is.map((value) => tag?.states?.[String(value)] ?? String(value));
    return `${condition.tag} is ${names.join(' or ')}`;
  }
  const { side, limit, unit } = condition;
  return `${condition.tag} is ${side} ${`${formatNumber(limit, tag?.decimals)} ${unit}`.trim()}`;
}

/** Why an alarm does not return to normal yet: `unmet` also while its conditions have not held for long enough. */
export const returnReasons = ['unmet', 'no-value', 'bad-quality', 'unknown-tag'] as const;
export type ReturnReason = (typeof returnReasons)[number];

/** State of an alarm whose findings have ended, and whose return condition does not hold. */
export interface ReturnWait {
  /** Time at which it began, ms UTC. */
  readonly at: number;
  /** Tag of the first condition that does not hold. */
  readonly tag: string;
  /** The condition within a sentence, e.g. `PS.FT01 is above 40 L/s for 1 min`. */
  readonly until: string;
  readonly reason: ReturnReason;
}

/** Sentence about an alarm that stays. @param now present value of the tag with its unit, where it is known */
export function returnSentence({ tag, until, reason }: ReturnWait, now?: string): string {
  const stays = `Stays in alarm until ${until}`;
  if (reason === 'unknown-tag') return `${stays}; the plant has no tag ${tag}, change the alarm record`;
  if (reason === 'no-value') return `${stays}; ${tag} has no value yet`;
  const value = now === undefined ? '' : `, now ${now}`;
  if (reason === 'bad-quality') return `${stays}; the quality of ${tag} is not good${value}`;
  return now === undefined ? stays : `${stays}; ${until.includes(' and ') ? `${tag} ` : ''}now ${now}`;
}
