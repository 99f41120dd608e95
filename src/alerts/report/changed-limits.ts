import { alarmRecordActs } from '../../core/alarm-record.ts';
import type { AuditEntry, AuditLog } from '../../core/state.ts';
import type { Span } from './course.ts';

/** Most changes of limits that are listed. */
const mostChanges = 100;
/** Actions of the audit trail that change limits or priorities. */
const limitActions = [
  'baseline.edited',
  'baseline.unlearned',
  'baseline.raised',
  'baseline.lowered',
  'baseline.imported',
  'baseline.learned',
  'config.loaded',
  'config.limit-changed',
  'config.confirmed',
  'reference.approved',
  ...alarmRecordActs.map((act) => `alarm-record.${act}`),
];

/** Audit entries of changed limits in a span, the last one first. */
export async function changedLimits(audit: Pick<AuditLog, 'read'>, span: Span): Promise<AuditEntry[]> {
  const found = await Promise.all(limitActions.map(async (action) => audit.read({ ...span, action, limit: mostChanges })));
  return (
    found
      .flat()
      // each start loads the configuration, also an unchanged one
      .filter(({ before, after }) => before === undefined || before !== after)
      .toSorted((a, b) => b.time - a.time)
      .slice(0, mostChanges)
  );
}
