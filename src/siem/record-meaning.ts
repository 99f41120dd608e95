import type { SecurityRecord } from '../core/security-record.ts';

/** Kinds of acts, as security tools divide them. */
export type ActKind = 'authentication' | 'account' | 'access' | 'configuration';

/** Activity of an act: ids of OCSF 1.6, and types of ECS. */
export interface ActMeaning {
  readonly kind: ActKind;
  readonly id: number;
  readonly name: string;
  readonly types: readonly string[];
  readonly failed: boolean;
}

const authentication = (id: number, name: string, type: string, failed = false): ActMeaning => ({
  kind: 'authentication',
  id,
  name,
  types: [type],
  failed,
});
const account = (id: number, name: string, type: string): ActMeaning => ({
  kind: 'account',
  id,
  name,
  types: ['user', type],
  failed: false,
});
const access = (id: 1 | 2, type: string): ActMeaning => ({
  kind: 'access',
  id,
  name: id === 1 ? 'Assign Privileges' : 'Revoke Privileges',
  types: ['admin', type],
  failed: false,
});

const logon = (failed: boolean): ActMeaning => authentication(1, 'Logon', 'start', failed);
const logoff = authentication(2, 'Logoff', 'end');

/** Acts that concern sign-ins, accounts and their rights. Each other act changes the configuration, in the wide sense of the tools. */
const meanings: Readonly<Record<string, ActMeaning>> = {
  'session.opened': logon(false),
  'session.refused': logon(true),
  'session.closed': logoff,
  'session.ended': logoff,
  'user.passphrase-refused': logon(true),
  'user.second-factor-refused': logon(true),
  'display.refused': logon(true),
  'user.created': account(1, 'Create', 'creation'),
  'user.enabled': account(2, 'Enable', 'change'),
  'user.passphrase-changed': account(3, 'Password Change', 'change'),
  'users.reset': account(4, 'Password Reset', 'change'),
  'user.disabled': account(5, 'Disable', 'change'),
  'user.removed': account(6, 'Delete', 'deletion'),
  'user.second-factor-added': account(10, 'MFA Factor Enable', 'change'),
  'user.second-factor-reset': account(11, 'MFA Factor Disable', 'change'),
  'user.role-changed': access(1, 'change'),
  'token.created': access(1, 'creation'),
  'token.revoked': access(2, 'deletion'),
  'display.created': access(1, 'creation'),
  'display.revoked': access(2, 'deletion'),
};

const created = /\.(?:created|added|planned|requested|started|raised|imported)$/;
const deleted = /\.(?:removed|revoked|cancelled|deleted)$/;
const read = /\.(?:exported|listed)$/;

const isRefused = (kind: string): boolean => /(?:refused|failed|rejected)$/.test(kind);

/** The meaning of an act by its action. */
export function meaningOf({ kind }: Pick<SecurityRecord, 'kind'>): ActMeaning {
  const known = Object.hasOwn(meanings, kind) ? meanings[kind] : undefined;
  if (known !== undefined) return known;
  const failed = isRefused(kind);
  if (created.test(kind)) return { kind: 'configuration', id: 1, name: 'Create', types: ['creation'], failed };
  if (read.test(kind)) return { kind: 'configuration', id: 2, name: 'Read', types: ['access'], failed };
  if (deleted.test(kind)) return { kind: 'configuration', id: 4, name: 'Delete', types: ['deletion'], failed };
  return { kind: 'configuration', id: 3, name: 'Update', types: ['change'], failed };
}

/** Activity of an event of the network: id and name of OCSF 1.6, types of ECS. */
export function activityOf({ kind, traffic }: SecurityRecord): {
  readonly id: number;
  readonly name: string;
  readonly types: readonly string[];
} {
  switch (traffic?.state) {
    case 'opened':
    case 'seen':
    case 'up':
      return { id: 1, name: 'Open', types: ['connection', 'start'] };
    case 'closed':
      return { id: 2, name: 'Close', types: ['connection', 'end'] };
    case 'reset':
      return { id: 3, name: 'Reset', types: ['connection', 'end'] };
    case 'down':
    case 'silent':
      return { id: 4, name: 'Fail', types: ['connection', 'end'] };
    case 'refused':
      return { id: 5, name: 'Refuse', types: ['connection', 'denied'] };
    default:
      if (kind === 'poll-failed') return { id: 4, name: 'Fail', types: ['connection', 'info'] };
      if (traffic === undefined) return { id: 99, name: 'Records missing', types: ['info'] };
      return { id: 6, name: 'Traffic', types: ['protocol', 'info'] };
  }
}
