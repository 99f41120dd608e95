import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { problemsOf } from './prose.ts';

const { phrases: listed } = JSON.parse(readFileSync('docs/terms.json', 'utf8')) as { phrases: Record<string, string> };
const phrases = new Map(Object.entries(listed));
/** Most words of a sentence in a page. */
const mostWords = 25;

const groups = ['title', 'column', 'label', 'button', 'key', 'note', 'sentence'] as const;
type Group = (typeof groups)[number];

interface Text {
  readonly group: Group;
  readonly path: string;
  readonly text: string;
}

/** Arguments for texts that are functions, so that each of their forms is read. */
const samples: readonly (readonly unknown[])[] = [
  Array(4).fill(0),
  Array(4).fill(1),
  Array(4).fill(2),
  Array(4).fill('x'),
  ['x', 1, 2, 'x'],
  Array(4).fill(''),
];

const modules = globSync('dashboard/client/src/**/text.ts').toSorted();

function formsOf(value: unknown): readonly string[] {
  if (typeof value !== 'function') return [value as string];
  return [...new Set(samples.map((args) => String((value as (...args: readonly unknown[]) => unknown)(...args))))];
}

function textsOf(group: Group, path: string, value: unknown): readonly Text[] {
  if (typeof value !== 'object' || value === null) return formsOf(value).map((text) => ({ group, path, text }));
  return Object.entries(value).flatMap(([key, part]) => textsOf(group, `${path}.${key}`, part));
}

async function readTexts(): Promise<readonly Text[]> {
  const all = await Promise.all(
    modules.map(async (file) => {
      const [exported] = Object.values(
        (await import(new URL(`../../${file}`, import.meta.url).href)) as Readonly<Record<string, object>>,
      );
      return Object.entries(exported ?? {}).flatMap(([group, part]) => {
        expect(groups, `${file} ${group}`).toContain(group);
        return textsOf(group as Group, `${file} ${group}`, part);
      });
    }),
  );
  return all.flat();
}
const texts = await readTexts();
const wrong = (isRight: (text: Text) => boolean, of: readonly Group[] = groups): readonly string[] =>
  texts.filter((text) => of.includes(text.group) && !isRight(text)).map(({ path, text }) => `${path}: ${text}`);

/** Words with a capital letter within a text: keys, standards, states of the page. */
const names = /^(ATT&CK|ICS|UTC|TLS|TLP|OFF|STOPPED|CSV|Parquet|PNG|L)[,:]?$/;
const isSentenceCase = (text: string): boolean => {
  const words = text.split(' ');
  return words.every((word, i) => i === 0 || !/^[A-Z]/.test(word) || names.test(word) || words[i - 1]?.endsWith(':'));
};

describe('the texts of the pages', () => {
  it('are found for every page', () => {
    expect(modules.length).toBeGreaterThanOrEqual(10);
    expect(texts.length).toBeGreaterThan(400);
  });

  it('keep to the terms and to short sentences', () =>
    expect(texts.flatMap(({ path, text }) => problemsOf({ where: path, text }, phrases, mostWords))).toEqual([]));

  it('end with a full stop in sentences alone', () => {
    expect(wrong(({ text }) => !text.endsWith('.'), ['title', 'column', 'label', 'button', 'key', 'note'])).toEqual([]);
    expect(wrong(({ text }) => /[.?!:]$/.test(text), ['sentence'])).toEqual([]);
  });

  it('are in sentence case', () => {
    expect(
      wrong(({ text }) => !/^[a-z]{2,} /.test(text) || text.startsWith('x'), ['title', 'column', 'label', 'button']),
    ).toEqual([]);
    expect(wrong(({ text }) => isSentenceCase(text), ['title', 'column', 'label', 'button'])).toEqual([]);
    expect(wrong(({ text }) => !/^[A-Z][a-z]/.test(text), ['key'])).toEqual([]);
  });
});
