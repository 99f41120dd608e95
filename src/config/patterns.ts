import type { TagMatch } from '../core/collector.ts';
import type { DeviceConfig } from './configured.ts';

/** An entry under `tags` whose name is a pattern, and which stands for as many tags as its address matches. */
export interface TagPattern {
  readonly name: string;
  readonly address: unknown;
}

/** The patterns of one device. */
export interface DevicePatterns {
  readonly device: DeviceConfig;
  readonly patterns: readonly TagPattern[];
}

/** What a pattern was found to stand for, or why that is not known. */
export type Expanded = { readonly matches: readonly TagMatch[] } | { readonly problem: string };

/** Finds out what patterns stand for, by their names; one that is left out stands for no tag. */
export type ExpandPatterns = (devices: readonly DevicePatterns[]) => Promise<ReadonlyMap<string, Expanded>>;

const placeholder = /\{(path|name)\}/g;

/** True for the name of an entry that stands for many tags. */
export const isPattern = (name: string): boolean => name.search(placeholder) >= 0;

/** A match and the name of its tag. */
export interface NamedMatch {
  readonly name: string;
  readonly match: TagMatch;
}

/** Puts a match into a text: `{name}` is the point's own name, `{path}` all names down to it, joined by dots. */
export const fillIn = (text: string, { path }: TagMatch): string =>
  text.replaceAll(placeholder, (_, what) => (what === 'name' ? (path.at(-1) ?? '') : path.join('.')));

/** The name of the tag that a match becomes: what a tag's name cannot have becomes an underscore; empty if nothing is left. */
const tagNameOf = (pattern: string, match: TagMatch): string =>
  fillIn(pattern, match)
    .replaceAll(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^[._-]+/, '');

/** Gives the matches of patterns their names, each of which is given once. */
export class PatternNames {
  readonly #written: ReadonlySet<string>;
  readonly #given = new Map<string, string>();

  /** @param written names of the tags that are written out: such an entry stands for its point, whatever patterns match it */
  constructor(written: Iterable<string>) {
    this.#written = new Set(written);
  }

  /** @returns what is to become a tag, or what is wrong with the pattern */
  take(pattern: string, matches: readonly TagMatch[]): readonly NamedMatch[] | { readonly problem: string } {
    const named: NamedMatch[] = [];
    for (const match of matches) {
      const name = tagNameOf(pattern, match);
      const point = match.path.join('/');
      const other = this.#given.get(name);
      if (name === '') return { problem: `${point} leaves nothing that could be the name of a tag` };
      if (other !== undefined)
        return { problem: `${other} and ${point} would both be called ${name}; {path} tells points apart` };
      if (this.#written.has(name)) continue;
      this.#given.set(name, point);
      named.push({ name, match });
    }
    return named;
  }
}
