import { rectifyConfusion } from 'unicode-confusables';

/** Names of actors other than users: a user with such a name would look like the monitor in the audit trail. */
const reserved = ['console', 'monitor', 'nobody', 'none', 'system'];

const scripts =
  'Latin Cyrillic Greek Armenian Georgian Hebrew Arabic Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada Malayalam ' +
  'Sinhala Thai Lao Khmer Myanmar Tibetan Ethiopic';
/** One script, or one of the combinations for Chinese, Japanese and Korean (UTS 39, "highly restrictive"). */
const writings = [
  ...scripts.split(' ').map((script) => [script]),
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
].map((allowed) => {
  const letters = allowed.map((script) => `\\p{Script_Extensions=${script}}`).join('');
  return new RegExp(`^[${letters}\\p{Script=Common}\\p{Script=Inherited}]*$`, 'u');
});

/** Skeleton of a name: names with equal skeletons look alike (UTS 39). Ignores case. */
const skeleton = (name: string): string => rectifyConfusion(rectifyConfusion(name.normalize('NFKC').toLowerCase()).toLowerCase());

/** The problem with a new user name, for the page; undefined if there is none. */
export function nameProblem(name: string, taken: readonly string[]): string | undefined {
  if (taken.includes(name)) return `The user ${name} already exists. Choose another name.`;
  if (name.normalize('NFKC') !== name) return 'The name contains variants of other characters. Use plain letters.';
  if (!writings.some((writing) => writing.test(name)))
    return 'The name mixes letters of several scripts. Use letters of one script.';
  const own = skeleton(name);
  if (reserved.some((word) => skeleton(word) === own)) return `The name ${name} is reserved. Choose another name.`;
  const alike = taken.find((other) => skeleton(other) === own);
  return alike === undefined ? undefined : `The name looks like that of the user ${alike}. Choose another name.`;
}
