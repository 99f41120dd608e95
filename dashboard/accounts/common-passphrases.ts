import { dictionary } from '@zxcvbn-ts/language-common';

/** The 49 000 most common passphrases of published leaks, in lower case. */
const common = new Set(dictionary['passwords-common']);

const isRepetition = (text: string): boolean => /^(.{1,4})\1+$/u.test(text);

/** The problem with a new passphrase, for the page; undefined if there is none. Its length is checked before. */
export function passphraseProblem(passphrase: string, name: string): string | undefined {
  const plain = passphrase.normalize('NFKC').toLowerCase();
  const isCommon = common.has(plain) || common.has(plain.trim());
  if (isCommon || isRepetition(plain))
    return 'The passphrase is one of the most common ones, which are guessed first. Choose another one.';
  const user = name.normalize('NFKC').toLowerCase();
  const rest = user.length < 3 ? plain : plain.replaceAll(user, '');
  return rest.length < 4 ? 'The passphrase is hardly longer than the name. Choose another one.' : undefined;
}
