import { oneLine } from '../core/texts.ts';
import type { RecordSource, SecurityRecord } from '../core/security-record.ts';
import type { Naming } from '../core/shown.ts';
import type { AuditEntry, AuditLog } from '../core/state.ts';

export interface AuditSourceOptions {
  readonly audit: Pick<AuditLog, 'read'>;
  readonly site: string;
  /** Names of users as receivers may know them. */
  readonly naming: Naming;
}

/** The audit trail; a position is the number of an entry. */
export function auditSource({ audit, site, naming }: AuditSourceOptions): RecordSource {
  return {
    stream: 'audit',
    end: async () => String((await audit.read({ after: 'newest', limit: 1 }))[0]?.id ?? 0),
    after: async (position, limit) => {
      const entries = await audit.read({ after: Number(position), limit });
      return {
        records: entries.map((entry) => recordOf(entry, site, naming)),
        position: String(entries.at(-1)?.id ?? position),
      };
    },
  };
}

/** Acts whose object is the name of a user. */
const onUsers = /^(?:session|user)\./;
/** Earlier versions wrote the id of a session as the object. */
const sessionId = /^s-[0-9a-f]{12}$/;

function recordOf(entry: AuditEntry, site: string, naming: Naming): SecurityRecord {
  const { id = 0, time, role, user, address, action, before, after, reason } = entry;
  const nameOf = (name: string): string | undefined => naming({ role: 'viewer', user: name }).user;
  const isUser = onUsers.test(action) && entry.object !== '' && !entry.object.startsWith('unknown ');
  const object = sessionId.test(entry.object) ? '' : isUser ? (nameOf(entry.object) ?? '') : entry.object;
  const shown = user === undefined ? undefined : nameOf(user);
  const by = shown ?? role;
  const change = [before, after].some((one) => one !== undefined) ? `: ${before ?? 'none'} → ${after ?? 'none'}` : '';
  return {
    id: `audit-${id}`,
    stream: 'audit',
    time,
    kind: action,
    text: oneLine(`${by} ${action}${object === '' ? '' : ` ${object}`}${change}`),
    site,
    act: {
      role,
      object,
      ...(shown === undefined ? {} : { user: shown }),
      ...(address === undefined ? {} : { address }),
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
      ...(reason === undefined ? {} : { reason }),
    },
  };
}
