import { oneLine } from '../core/texts.ts';

/** Beginnings of addresses of which a mail program, a chat or a pager makes a link. */
const schemes = /:\/\//g;
const others = /\b(mailto|tel|javascript|data|vbscript|file):/gi;
const hosts = /\bwww\./gi;

/**
 * A text that somebody else may have written (a note, a name, a title, a tag), for people: one line, of which no reader makes a link.
 * Each receiver escapes its own markup beside that.
 */
export const plainText = (text: string): string =>
  oneLine(text).replaceAll(schemes, '[:]//').replaceAll(others, '$1[:]').replaceAll(hosts, 'www[.]');

/** The steps of a response in one line, for people. */
export const stepsInOneLine = (response: string): string => plainText(response.replaceAll('\n', '; '));
