import { fits } from '../../core/alarm-match.ts';
import { ScadaError } from '../../core/errors.ts';
import { isReferable, type ReferenceValue } from '../../core/reference.ts';
import type { TagTable } from '../../core/tag.ts';

/** Allowed span of a tag. */
export interface Span {
  readonly tag: string;
  readonly low: number;
  readonly high: number;
}

export interface Choice {
  /** Names or patterns of tags that are added to those of the former set. */
  readonly add: readonly string[];
  /** Names or patterns of tags that are left out. */
  readonly exclude: readonly string[];
  readonly spans: readonly Span[];
}

/**
 * Tags of a new reference set: those of the former one, or all set-points and parameters if there is none or it is withdrawn.
 * @throws ScadaError INPUT_INVALID for a name that fits none
 */
export function chosenTags(table: TagTable, former: readonly ReferenceValue[] | undefined, { add, exclude }: Choice): string[] {
  const all = table.tags.filter(isReferable).map(({ name }) => name);
  for (const pattern of [...add, ...exclude])
    if (!all.some(fits(pattern))) throw refused(`${pattern} fits no set-point or parameter`, 'check the name');
  const known = former?.length ? new Set(former.map(({ tag }) => tag)) : undefined;
  return all.filter(
    (name) =>
      (known === undefined || known.has(name) || add.some((one) => fits(one)(name))) && !exclude.some((one) => fits(one)(name)),
  );
}

/**
 * The values of a new reference set. A span of the former set stays, unless another one is stated.
 * @throws ScadaError INPUT_INVALID for a tag without a value, or a span of a tag that is not chosen
 */
export function chosenValues(
  names: readonly string[],
  former: readonly ReferenceValue[] | undefined,
  values: ReadonlyMap<string, number>,
  { spans }: Choice,
): ReferenceValue[] {
  const stray = spans.find(({ tag }) => !names.includes(tag));
  if (stray !== undefined)
    throw refused(`--span ${stray.tag}: this tag is not in the reference set`, 'add it, or leave out its span');
  const missing = names.filter((name) => !values.has(name));
  if (missing.length > 0) {
    const more = missing.length > 5 ? ` and ${missing.length - 5} more` : '';
    throw refused(
      `the last day has no good value of ${missing.slice(0, 5).join(', ')}${more}`,
      'leave them out by --exclude, or name another time by --at',
    );
  }
  return names.map((tag) => {
    const span = spans.find((one) => one.tag === tag) ?? former?.find((one) => one.tag === tag);
    const value = values.get(tag) as number;
    return span?.low === undefined || span.high === undefined ? { tag, value } : { tag, value, low: span.low, high: span.high };
  });
}

/** Parses `TAG=LOW..HIGH`; undefined for anything else. */
export function parseSpan(text: string): Span | undefined {
  const [, tag = '', low, high] = /^([^=]+)=(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)$/.exec(text) ?? [];
  return tag === '' ? undefined : { tag, low: Number(low), high: Number(high) };
}

const refused = (message: string, hint: string): ScadaError => new ScadaError('config', 'INPUT_INVALID', message, { hint });
