import { createHmac, hkdfSync } from 'node:crypto';
import type { Actor, Alert, AlertChange, Triage } from './alert.ts';

/** Fields of an actor that a reader sees. The id of the session is never shown. */
export type Naming = (actor: Actor) => Actor;

/** For pages and streams: names of users are not shown. */
export const byRole: Naming = ({ role }) => ({ role });

/** For the audit page and the history of an incident. */
export const byName: Naming = ({ role, user }) => (user === undefined ? { role } : { role, user });

/** For data that leave the site: a user of one data directory always has the same pseudonym. */
export const byPseudonym =
  (pseudonymOf: (name: string) => string): Naming =>
  ({ role, user }) =>
    user === undefined ? { role } : { role, user: pseudonymOf(user) };

/**
 * Computes pseudonyms by a keyed hash. Without the secret of the data directory, the name cannot be found, even by trying all
 * names.
 */
export const pseudonymsOf = (secret: Buffer): ((name: string) => string) => keyedHash(secret, 'pseudonyms', 'user');

/** The same for network addresses: an address of one data directory always has the same pseudonym. */
export const addressPseudonymsOf = (secret: Buffer): ((address: string) => string) =>
  keyedHash(secret, 'address pseudonyms', 'address');

function keyedHash(secret: Buffer, purpose: string, prefix: string): (text: string) => string {
  const key = Buffer.from(hkdfSync('sha256', secret, '', purpose, 32));
  return (text) => `${prefix}-${createHmac('sha256', key).update(text.normalize('NFC')).digest('hex').slice(0, 12)}`;
}

export function shownAlert(alert: Alert, naming: Naming): Alert {
  const { verdict, incidentVerdict, shelf, triage, acknowledgedBy } = alert;
  if ((verdict ?? incidentVerdict ?? shelf ?? triage ?? acknowledgedBy) === undefined) return alert;
  return {
    ...alert,
    ...(acknowledgedBy === undefined ? {} : { acknowledgedBy: naming(acknowledgedBy) }),
    ...(triage === undefined ? {} : { triage: shownTriage(triage, naming) }),
    ...(verdict === undefined ? {} : { verdict: { ...verdict, by: naming(verdict.by) } }),
    ...(incidentVerdict === undefined ? {} : { incidentVerdict: { ...incidentVerdict, by: naming(incidentVerdict.by) } }),
    ...(shelf === undefined ? {} : { shelf: { ...shelf, by: naming(shelf.by) } }),
  };
}

const shownTriage = ({ assignee, ...triage }: Triage, naming: Naming): Triage => ({
  ...triage,
  by: naming(triage.by),
  ...(assignee === undefined ? {} : { assignee: naming(assignee) }),
});

export const shownChange = (change: AlertChange, naming: Naming): AlertChange => ({
  ...change,
  by: naming(change.by),
  alert: shownAlert(change.alert, naming),
});
