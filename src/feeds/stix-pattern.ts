import { parseRange } from './address-range.ts';
import type { Match, WritePattern } from './indicator.ts';

/** A comparison of a pattern: a property with one of some values. */
interface Comparison {
  readonly path: string;
  readonly values: readonly string[];
}

const token =
  /\s*(?:([a-z0-9-]+:[\w.-]+(?:\.?['"][^'"]+['"])?)|'((?:[^'\\]|\\.)*)'|(-?\d+(?:\.\d+)?)|(\[|\]|\(|\)|,|=)|([A-Z]+))/gy;

/**
 * Signs of a STIX pattern that can be observed on the network: comparisons of addresses, thumbprints of certificates and writes
 * (`x-scadawatch-write`), joined by OR. Properties of one write are joined by AND.
 * @returns undefined if the pattern has anything else
 */
export function parsePattern(pattern: string): readonly Match[] | undefined {
  const words = wordsOf(pattern);
  if (words === undefined) return undefined;
  const matches: Match[] = [];
  for (let at = 0; at < words.length; ) {
    if (at > 0 && words[at++]?.text !== 'OR') return undefined;
    if (words[at++]?.text !== '[') return undefined;
    const end = words.findIndex(({ text }, i) => i >= at && text === ']');
    if (end < 0) return undefined;
    const found = matchesOf(words.slice(at, end));
    if (found === undefined) return undefined;
    matches.push(...found);
    at = end + 1;
  }
  return matches.length === 0 ? undefined : matches;
}

interface Word {
  readonly kind: 'path' | 'value' | 'word';
  readonly text: string;
}

function wordsOf(pattern: string): readonly Word[] | undefined {
  const words: Word[] = [];
  let end = 0;
  for (const [all, path, quoted, number, mark, keyword] of pattern.matchAll(token)) {
    end += all.length;
    if (path !== undefined) words.push({ kind: 'path', text: path });
    else if (quoted !== undefined) words.push({ kind: 'value', text: quoted.replaceAll(/\\(.)/g, '$1') });
    else if (number !== undefined) words.push({ kind: 'value', text: number });
    else words.push({ kind: 'word', text: mark ?? keyword ?? '' });
  }
  return pattern.slice(end).trim() === '' ? words : undefined;
}

/** Matches of the comparisons within one pair of brackets. */
function matchesOf(words: readonly Word[]): readonly Match[] | undefined {
  const comparisons: Comparison[] = [];
  const joints = new Set<string>();
  for (let at = 0; at < words.length; ) {
    if (at > 0) joints.add(words[at++]?.text ?? '');
    const path = words[at++];
    const operator = words[at++]?.text;
    if (path?.kind !== 'path') return undefined;
    const values: string[] = [];
    if (operator === 'IN') {
      if (words[at++]?.text !== '(') return undefined;
      while (words[at] !== undefined && words[at]?.text !== ')') {
        const word = words[at++];
        if (word?.kind === 'value') values.push(word.text);
      }
      at++;
    } else if (operator === '=' || operator === 'ISSUBSET') {
      const value = words[at++];
      if (value?.kind !== 'value') return undefined;
      values.push(value.text);
    } else return undefined;
    comparisons.push({ path: path.text, values });
  }
  if (comparisons.every(({ path }) => path.startsWith(writeType)) && !joints.has('OR')) return writeOf(comparisons);
  const all = comparisons.map(oneOf);
  return [...joints].every((joint) => joint === 'OR') && all.every((one) => one !== undefined) ? all.flat() : undefined;
}

const addressPaths = /^(ipv[46]-addr:value|network-traffic:(src|dst)_ref\.value)$/;
const thumbprintPath = /^x509-certificate:hashes\.?['"]?SHA-?1['"]?$/i;
const writeType = 'x-scadawatch-write:';

/** Matches of one comparison; undefined if it has a value that cannot be used. */
function oneOf({ path, values }: Comparison): readonly Match[] | undefined {
  const found = values.map((value): Match | undefined => {
    if (addressPaths.test(path)) {
      const range = parseRange(value);
      return range === undefined ? undefined : { kind: 'address', range };
    }
    return thumbprintPath.test(path) ? certificateMatch(value) : undefined;
  });
  return found.every((one) => one !== undefined) && found.length > 0 ? found : undefined;
}

/** SHA-1 thumbprint of a certificate, with or without colons. */
export function certificateMatch(value: string): Match | undefined {
  const thumbprint = value.replaceAll(/[:\s]/g, '').toLowerCase();
  return /^[0-9a-f]{40}$/.test(thumbprint) ? { kind: 'certificate', thumbprint } : undefined;
}

function writeOf(comparisons: readonly Comparison[]): readonly Match[] | undefined {
  const properties = new Map(comparisons.map(({ path, values }) => [path.slice(writeType.length), values[0] ?? '']));
  const known = ['target', 'server', 'unit', 'value'];
  const target = properties.get('target');
  if (target === undefined || [...properties.keys()].some((name) => !known.includes(name))) return undefined;
  const number = (name: string): number | undefined => {
    const text = properties.get(name);
    return text === undefined ? undefined : Number(text);
  };
  const write: WritePattern = { target, server: properties.get('server'), unit: number('unit'), value: number('value') };
  return [{ kind: 'write', write }];
}
