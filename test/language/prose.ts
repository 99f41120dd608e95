import { marked, type Token } from 'marked';

/** One piece of text that a person reads, with the place it stands in. */
export interface Prose {
  readonly where: string;
  readonly text: string;
}

/** Paragraphs, list items and table cells of a Markdown page; without code, links' targets and pictures' texts. */
export function proseOf(page: string, markdown: string): readonly Prose[] {
  return marked
    .lexer(markdown.replaceAll(/<!--[\s\S]*?-->/g, ''))
    .flatMap((token) => blocksOf(token))
    .map((text) => ({ where: page, text }));
}

function blocksOf(token: Token): readonly string[] {
  switch (token.type) {
    case 'paragraph':
    case 'heading':
    case 'text':
      return [plain(token)];
    case 'table': {
      const { header, rows } = token as Extract<Token, { type: 'table' }>;
      return [...header, ...rows.flat()].map((cell: { tokens: Token[] }) => cell.tokens.map(plain).join(''));
    }
    case 'list':
      return (token as { items: Token[] }).items.flatMap(blocksOf);
    case 'list_item':
    case 'blockquote':
      return ((token as { tokens?: Token[] }).tokens ?? []).flatMap(blocksOf);
    default:
      return [];
  }
}

/** A code span counts as one word: it is a name, whatever it holds. */
function plain(token: Token): string {
  if (token.type === 'codespan') return 'CODE';
  if (token.type === 'image' || token.type === 'html') return '';
  if (token.type === 'br') return ' ';
  const { tokens } = token as { tokens?: Token[] };
  return tokens === undefined ? String((token as { text?: string }).text ?? '') : tokens.map(plain).join('');
}

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
const wordSegmenter = new Intl.Segmenter('en', { granularity: 'word' });

/** Sentences of a text; a colon or a semicolon ends none. */
export const sentencesOf = (text: string): readonly string[] =>
  [...segmenter.segment(text.replaceAll(/\s+/g, ' '))].map(({ segment }) => segment.trim()).filter((sentence) => sentence !== '');

/** Words of a sentence; numbers and names count as words, punctuation does not. */
export const wordsOf = (sentence: string): number =>
  sentence.split(/\s+/).filter((word) => [...wordSegmenter.segment(word)].some(({ isWordLike }) => isWordLike)).length;

/** Problems of prose: phrases of `docs/terms.json`, and sentences longer than `mostWords`. */
export function problemsOf({ where, text }: Prose, phrases: ReadonlyMap<string, string>, mostWords: number): readonly string[] {
  const found = [...phrases].flatMap(([phrase, instead]) => {
    const pattern = new RegExp(`(?<![\\p{L}\\d-])${phrase.replaceAll(' ', '\\s+')}(?![\\p{L}\\d-])`, 'iu');
    return pattern.test(text) ? [`${where}: "${phrase}": write "${instead}": ${excerpt(text, pattern)}`] : [];
  });
  const long = sentencesOf(text)
    .map((sentence) => ({ sentence, words: wordsOf(sentence) }))
    .filter(({ words }) => words > mostWords)
    .map(({ sentence, words }) => `${where}: a sentence of ${words} words, at most ${mostWords}: ${sentence}`);
  return [...found, ...long];
}

function excerpt(text: string, pattern: RegExp): string {
  const at = text.search(pattern);
  return `… ${text.slice(Math.max(0, at - 40), at + 60).replaceAll(/\s+/g, ' ')} …`;
}
