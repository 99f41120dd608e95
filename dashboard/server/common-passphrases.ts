import { dictionary } from '@zxcvbn-ts/language-common';

/** The 49 000 most common passphrases of published leaks, in lower case. */
const common = new Set(dictionary['passwords-common']);

const isRepetition = (text: string): boolean => /^(.{1,4})\1+$/u.test(text);

/** Why a passphrase cannot be taken, in words for the page; undefined if it can. Its length is checked before. */
export function passphraseProblem(passphrase: string, name: string): string | undefined {
  const plain = passphrase.normalize('NFKC').toLowerCase();
  const isCommon = common.has(plain) || common.has(plain.trim());
  if (isCommon || isRepetition(plain))
    return 'This passphrase is one of the most common ones, which are guessed first. Choose another.';
  const user = name.normalize('NFKC').toLowerCase();
  const rest = user.length < 3 ? plain : plain.replaceAll(user, '');
  return rest.length < 4 ? 'The passphrase is little more than the name. Choose another.' : undefined;
}
