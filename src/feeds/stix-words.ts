/** A word of a STIX pattern. */
export interface Word {
  readonly kind: 'path' | 'value' | 'word';
  readonly text: string;
}

const number = /-?\d+(?:\.\d+)?/y;
const marks = '[](),=';

/** Words of a STIX pattern, in one pass. Undefined if it has other characters. */
export function wordsOf(pattern: string): readonly Word[] | undefined {
  const words: Word[] = [];
  let at = 0;
  while (at < pattern.length) {
    const first = pattern.charAt(at);
    if (/\s/.test(first)) {
      at++;
    } else if (marks.includes(first)) {
      words.push({ kind: 'word', text: first });
      at++;
    } else if (first === "'") {
      const quoted = quotedAt(pattern, at);
      if (quoted === undefined) return undefined;
      words.push({ kind: 'value', text: quoted.text });
      at = quoted.end;
    } else if (/[-\d]/.test(first)) {
      number.lastIndex = at;
      const [text] = number.exec(pattern) ?? [];
      if (text === undefined) return undefined;
      words.push({ kind: 'value', text });
      at += text.length;
    } else {
      const end = runAt(pattern, at, /[\w-]/);
      if (end === at) return undefined;
      if (pattern[end] !== ':') {
        words.push({ kind: 'word', text: pattern.slice(at, end) });
        at = end;
        continue;
      }
      const path = pathEnd(pattern, end + 1);
      if (path === undefined) return undefined;
      words.push({ kind: 'path', text: pattern.slice(at, path) });
      at = path;
    }
  }
  return words;
}

/** End of a property after its type: names, then at most one quoted name. */
function pathEnd(pattern: string, from: number): number | undefined {
  const end = runAt(pattern, from, /[\w.-]/);
  if (end === from) return undefined;
  const quote = pattern[end];
  if (quote !== "'" && quote !== '"') return end;
  const close = pattern.indexOf(quote, end + 1);
  return close < 0 ? undefined : close + 1;
}

function runAt(pattern: string, from: number, of: RegExp): number {
  let end = from;
  while (end < pattern.length && of.test(pattern.charAt(end))) end++;
  return end;
}

function quotedAt(pattern: string, from: number): { readonly text: string; readonly end: number } | undefined {
  const parts: string[] = [];
  let start = from + 1;
  for (let at = start; at < pattern.length; at++) {
    if (pattern[at] === "'") return { text: parts.join('') + pattern.slice(start, at), end: at + 1 };
    if (pattern[at] !== '\\') continue;
    // the character after a backslash stands for itself
    parts.push(pattern.slice(start, at));
    start = ++at;
  }
  return undefined;
}
