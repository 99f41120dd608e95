import { isAllowed, type Role } from '../../src/core/access.ts';
import type { AuditEntry } from '../../src/core/state.ts';
import type { Services } from './services.ts';

/** Object of an entry whose scenario or campaign is hidden. */
const hiddenExercise = 'hidden from participants until the exercise ends';

/**
 * Conversion of audit entries for a role. While an exercise runs, roles without the permission `run-lab` do not receive the name of its
 * scenario or campaign: an auditor who takes part would learn the attack. The stored entry stays as it is, and is shown in full after the end.
 */
export function withoutRunningExercise(
  { view, audit }: Pick<Services, 'view' | 'audit'>,
  role: Role,
): (entry: AuditEntry) => AuditEntry {
  const { running, campaign } = view.lab?.status() ?? {};
  if (isAllowed(role, 'run-lab') || (running === undefined && campaign === undefined)) return (entry) => entry;
  const action = campaign === undefined ? 'lab.started' : 'lab.campaign';
  const begun = audit.last(action);
  return (entry) => (entry.action === action && entry.time === begun?.time ? { ...entry, object: hiddenExercise } : entry);
}
