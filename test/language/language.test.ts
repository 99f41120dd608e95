import { globSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/app/commands/program.ts';
import { problemsOf, proseOf, type Prose, sentencesOf, wordsOf } from './prose.ts';

const { phrases: listed } = JSON.parse(readFileSync('docs/terms.json', 'utf8')) as { phrases: Record<string, string> };
const phrases = new Map(Object.entries(listed));
/** Most words of a sentence in documentation and command-line help. */
const mostWords = 30;

const pages = globSync(['**/*.md', '.github/**/*.md'], {
  exclude: ['**/node_modules/**', '**/dist/**', 'CHANGELOG.md', '**/fixtures/**'],
})
  .map((page) => page.replaceAll('\\', '/'))
  .toSorted();
const problemsIn = (page: string): readonly string[] =>
  proseOf(page, readFileSync(page, 'utf8')).flatMap((prose) => problemsOf(prose, phrases, mostWords));

describe('the language of', () => {
  it('documentation keeps to the terms and to short sentences', () => {
    expect(pages.length).toBeGreaterThan(50);
    expect(pages.flatMap(problemsIn)).toEqual([]);
  });

  it('the command line keeps to them', async () => {
    const program = await createProgram();
    const texts = program.commands.flatMap(helpOf);
    expect(texts.length).toBeGreaterThan(100);
    expect(texts.flatMap((prose) => problemsOf(prose, phrases, mostWords))).toEqual([]);
  });
});

describe('the check', () => {
  const problems = (text: string): readonly string[] =>
    proseOf('x', text).flatMap((prose) => problemsOf(prose, phrases, mostWords));
  const words = (count: number): string => `${Array.from({ length: count }, () => 'word').join(' ')}.`;

  it('finds a phrase in paragraphs, lists, tables and quotes, over line ends, and not in code', () => {
    for (const text of [
      'It can\nnot.',
      '- It can not.',
      '> It can not.',
      '| a |\n|---|\n| It can not |',
      '# Can not',
      '**can not**',
    ]) {
      expect(problems(text), text).toEqual([expect.stringContaining('write "cannot"')]);
    }
    expect(problems('It cannot. `can not`\n\n```\ncan not\n```\n\n<!-- can not -->')).toEqual([]);
  });

  it('finds a sentence that is too long, and counts a code span as one word', () => {
    expect(problems(words(30))).toEqual([]);
    expect(problems(words(31))).toEqual([expect.stringContaining('31 words')]);
    expect(problems(`\`${words(40)}\` ${words(29)}`)).toEqual([]);
  });

  it('counts sentences and words', () => {
    expect(sentencesOf('One is here. Two is\nthere: with a colon; and more.')).toHaveLength(2);
    expect(wordsOf('From 1.00 to 0.30 mg/L – at once.')).toBe(7);
  });
});

function helpOf(command: Command): readonly Prose[] {
  const where = `scadawatch ${command.name()}`;
  const own = [command.description(), ...command.options.map(({ description }) => description)];
  const taken = command.registeredArguments.map(({ description }) => description);
  return [...[...own, ...taken].map((text) => ({ where, text })), ...command.commands.flatMap(helpOf)];
}
