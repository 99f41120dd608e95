import { rectifyConfusion } from 'unicode-confusables';

/** Who acts when no user does: in audit a user of such a name would look like the monitor itself. */
const reserved = ['console', 'monitor', 'nobody', 'none', 'system'];

const scripts =
  'Latin Cyrillic Greek Armenian Georgian Hebrew Arabic Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada Malayalam ' +
  'Sinhala Thai Lao Khmer Myanmar Tibetan Ethiopic';
/** One script, or one of the mixtures in which Chinese, Japanese and Korean are written (UTS 39, "highly restrictive"). */
const writings = [
  ...scripts.split(' ').map((script) => [script]),
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
].map((allowed) => {
  const letters = allowed.map((script) => `\\p{Script_Extensions=${script}}`).join('');
  return new RegExp(`^[${letters}\\p{Script=Common}\\p{Script=Inherited}]*$`, 'u');
});

/** Names of the same skeleton look alike (UTS 39); upper and lower case count as the same. */
const skeleton = (name: string): string => rectifyConfusion(rectifyConfusion(name.normalize('NFKC').toLowerCase()).toLowerCase());

/** Why a name cannot be a new user's, in words for the page; undefined if it can. */
export function nameProblem(name: string, taken: readonly string[]): string | undefined {
  if (taken.includes(name)) return `There is a user ${name} already.`;
  if (name.normalize('NFKC') !== name)
    return 'The name has characters that are variants of other ones. Type it with plain letters.';
  if (!writings.some((writing) => writing.test(name)))
    return 'The name mixes letters of several scripts. Use letters of one script.';
  const own = skeleton(name);
  if (reserved.some((word) => skeleton(word) === own)) return `The name ${name} is reserved.`;
  const alike = taken.find((other) => skeleton(other) === own);
  return alike === undefined ? undefined : `The name looks like that of the user ${alike}. Choose another one.`;
}
