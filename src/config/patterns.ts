import type { TagMatch } from '../core/collector.ts';
import type { DeviceConfig } from './configured.ts';

/** An entry under `tags` whose name is a pattern. It expands to a tag for each point that matches its address. */
export interface TagPattern {
  readonly name: string;
  readonly address: unknown;
}

/** The patterns of one device. */
export interface DevicePatterns {
  readonly device: DeviceConfig;
  readonly patterns: readonly TagPattern[];
}

/** Points of a pattern, or the reason why they are unknown. */
export type Expanded = { readonly matches: readonly TagMatch[] } | { readonly problem: string };

/** Expands patterns; the result is keyed by their names. A missing pattern expands to no tag. */
export type ExpandPatterns = (devices: readonly DevicePatterns[]) => Promise<ReadonlyMap<string, Expanded>>;

const placeholder = /\{(path|name)\}/g;

/** True for the name of an entry that expands to many tags. */
export const isPattern = (name: string): boolean => name.search(placeholder) >= 0;

/** A match with the name of its tag. */
export interface NamedMatch {
  readonly name: string;
  readonly match: TagMatch;
}

/** Inserts a match into a text: `{name}` is the point's own name, `{path}` all names down to it, joined by dots. */
export const fillIn = (text: string, { path }: TagMatch): string =>
  text.replaceAll(placeholder, (_, what) => (what === 'name' ? (path.at(-1) ?? '') : path.join('.')));

/** Tag name of a match. Invalid characters become underscores; empty if nothing is left. */
const tagNameOf = (pattern: string, match: TagMatch): string =>
  fillIn(pattern, match)
    .replaceAll(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^[._-]+/, '');

/** Assigns unique names to the matches of patterns. */
export class PatternNames {
  readonly #written: ReadonlySet<string>;
  readonly #given = new Map<string, string>();

  /** @param written names of the explicit entries, which take precedence over patterns */
  constructor(written: Iterable<string>) {
    this.#written = new Set(written);
  }

  /** @returns the named matches, or the error of the pattern */
  take(pattern: string, matches: readonly TagMatch[]): readonly NamedMatch[] | { readonly problem: string } {
    const named: NamedMatch[] = [];
    for (const match of matches) {
      const name = tagNameOf(pattern, match);
      const point = match.path.join('/');
      const other = this.#given.get(name);
      if (name in Object.prototype) return { problem: `${point} has the name ${name}, a reserved word of JavaScript` };
      if (name === '') return { problem: `${point} leaves nothing that could be the name of a tag` };
      if (other !== undefined)
        return { problem: `${other} and ${point} would have the same name ${name}; {path} distinguishes points` };
      if (this.#written.has(name)) continue;
      this.#given.set(name, point);
      named.push({ name, match });
    }
    return named;
  }
}
