import { parseRange } from './address-range.ts';
import type { Match, WritePattern } from './indicator.ts';
import { feedLimits } from './limits.ts';
import { type Word, wordsOf } from './stix-words.ts';

/** A comparison of a pattern: a property with one of some values. */
interface Comparison {
  readonly path: string;
  readonly values: readonly string[];
}

/**
 * Signs of a STIX pattern that can be observed on the network: comparisons of addresses, thumbprints of certificates and writes
 * (`x-scadawatch-write`), joined by OR. Properties of one write are joined by AND. Time and memory grow linearly with the pattern.
 * @returns undefined if the pattern has anything else
 */
export function parsePattern(pattern: string): readonly Match[] | undefined {
  const words = wordsOf(pattern);
  if (words === undefined) return undefined;
  const matches: Match[] = [];
  for (let at = 0; at < words.length; ) {
    if (at > 0 && words[at++]?.text !== 'OR') return undefined;
    if (!isMark(words[at++], '[')) return undefined;
    let end = at;
    while (end < words.length && !isMark(words[end], ']')) end++;
    if (end === words.length) return undefined;
    const found = matchesOf(words.slice(at, end));
    if (found === undefined) return undefined;
    for (const match of found) matches.push(match);
    at = end + 1;
  }
  return matches.length === 0 ? undefined : matches;
}

const isMark = (word: Word | undefined, text: string): boolean => word?.kind === 'word' && word.text === text;

/** Matches of the comparisons within one pair of brackets. */
function matchesOf(words: readonly Word[]): readonly Match[] | undefined {
  const comparisons: Comparison[] = [];
  const joints = new Set<string>();
  for (let at = 0; at < words.length; ) {
    if (at > 0) joints.add(words[at++]?.text ?? '');
    const path = words[at++];
    const operator = words[at++];
    if (path?.kind !== 'path' || operator?.kind !== 'word') return undefined;
    const values = valuesAt(words, at, operator.text);
    if (values === undefined) return undefined;
    comparisons.push({ path: path.text, values: values.values });
    at = values.end;
  }
  if (comparisons.every(({ path }) => path.startsWith(writeType)) && !joints.has('OR')) return writeOf(comparisons);
  const all = comparisons.map(oneOf);
  return [...joints].every((joint) => joint === 'OR') && all.every((one) => one !== undefined) ? all.flat() : undefined;
}

/** Values after an operator: one, or for IN a list in parentheses. */
function valuesAt(
  words: readonly Word[],
  from: number,
  operator: string,
): { readonly values: readonly string[]; readonly end: number } | undefined {
  if (operator === '=' || operator === 'ISSUBSET') {
    const value = words[from];
    return value?.kind === 'value' ? { values: [value.text], end: from + 1 } : undefined;
  }
  if (operator !== 'IN' || !isMark(words[from], '(')) return undefined;
  const values: string[] = [];
  for (let at = from + 1; ; at += 2) {
    const value = words[at];
    if (value?.kind !== 'value') return undefined;
    values.push(value.text);
    if (isMark(words[at + 1], ')')) return { values, end: at + 2 };
    if (!isMark(words[at + 1], ',')) return undefined;
  }
}

const addressPaths = /^(ipv[46]-addr:value|network-traffic:(src|dst)_ref\.value)$/;
const thumbprintPath = /^x509-certificate:hashes\.?['"]?SHA-?1['"]?$/i;
const writeType = 'x-scadawatch-write:';
const writeProperties = ['target', 'server', 'unit', 'value'];

/** Matches of one comparison; undefined if it has a value that cannot be used. */
function oneOf({ path, values }: Comparison): readonly Match[] | undefined {
  const found = values.map((value): Match | undefined => {
    if (addressPaths.test(path)) {
      const range = parseRange(value);
      return range === undefined ? undefined : { kind: 'address', range };
    }
    return thumbprintPath.test(path) ? certificateMatch(value) : undefined;
  });
  return found.every((one) => one !== undefined) ? found : undefined;
}

/** SHA-1 thumbprint of a certificate, with or without colons. */
export function certificateMatch(value: string): Match | undefined {
  if (value.length > feedLimits.value) return undefined;
  const thumbprint = value.replaceAll(/[:\s]/g, '').toLowerCase();
  return /^[0-9a-f]{40}$/.test(thumbprint) ? { kind: 'certificate', thumbprint } : undefined;
}

/** A write with one value for each of its properties. */
function writeOf(comparisons: readonly Comparison[]): readonly Match[] | undefined {
  const properties = new Map<string, string>();
  for (const { path, values } of comparisons) {
    const [value, ...others] = values;
    const name = path.slice(writeType.length);
    // two values of one property are no write
    if (value === undefined || others.length > 0 || value.length > feedLimits.value) return undefined;
    if (!writeProperties.includes(name) || properties.has(name)) return undefined;
    properties.set(name, value);
  }
  const target = properties.get('target');
  const [unit, value] = ['unit', 'value'].map((name) => {
    const text = properties.get(name);
    return text === undefined ? undefined : text.trim() === '' ? Number.NaN : Number(text);
  });
  if (target === undefined || Number.isNaN(unit) || Number.isNaN(value)) return undefined;
  const write: WritePattern = { target, server: properties.get('server'), unit, value };
  return [{ kind: 'write', write }];
}
