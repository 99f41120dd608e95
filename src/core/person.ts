import type { Actor } from './alert.ts';
import type { User } from './state.ts';

/** Begin of the name of a token as a user. The name of a local user contains no space. */
const program = 'token ';

/** Name of a token as a user. */
export const tokenUser = (name: string): string => program + name;

/**
 * Identity of a local account. It is not its name: a new account of the same name is another person. An account of an earlier version has no
 * id; its name and the time of its creation are as stable.
 */
export const personOf = ({ id, name, createdAt }: Pick<User, 'id' | 'name' | 'createdAt'>): string =>
  `account ${id ?? `${name} ${createdAt}`}`;

/** Identity of a user of an identity provider. The address of an issuer contains no space, so that no two pairs have the same text. */
export const federatedPerson = ({ subject, issuer }: { readonly subject: string; readonly issuer: string }): string =>
  `${subject} of ${issuer}`;

/** Identity of the administrator of the machine, who creates tokens on the command line. There is no account of this person. */
export const consolePerson = 'console';

/** True for a program whose person is unknown: its token is of the console or of an earlier version. */
export const isUnaccountable = ({ user, person = consolePerson }: Actor): boolean =>
  person === consolePerson && user?.startsWith(program) === true;

/**
 * True if two actors are, or may be, one person. Records of earlier versions have no identity: the same name is the same person there, as
 * is a name that contains the subject and issuer of the other, and a program may be anybody.
 */
export function isSamePerson(a: Actor, b: Actor): boolean {
  if (isUnaccountable(a) || isUnaccountable(b)) return true;
  if (a.person !== undefined && b.person !== undefined) return a.person === b.person;
  if (a.user === undefined || b.user === undefined) return a.session === b.session;
  return a.user === b.user || isNamedBy(a, b) || isNamedBy(b, a);
}

/** True if the name of an actor without an identity contains that of a user of an identity provider. */
const isNamedBy = ({ user, person }: Actor, { person: other }: Actor): boolean =>
  person === undefined && other !== undefined && (user === other || user?.endsWith(` (${other})`) === true);
