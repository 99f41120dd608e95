import type { AlarmRecord, AlarmRecordEntry, AlarmRecordVersion } from '../../core/alarm-record.ts';
import { differenceOf } from '../../core/difference.ts';

/** True if the step takes effect: it needs no approval, or is one. */
export const isInForce = ({ act }: AlarmRecordVersion): boolean => act === 'changed' || act === 'removed' || act === 'approved';

/** Present state of a record by its history, oldest version first. */
export function entryOf(id: string, versions: readonly AlarmRecordVersion[]): AlarmRecordEntry {
  const last = versions.at(-1);
  const inForce = versions.findLast(isInForce);
  const waits = last?.act === 'proposed' || last?.act === 'proposed-removal';
  return {
    id,
    last: versions.length,
    ...(inForce?.record === undefined ? {} : { inForce }),
    ...(waits ? { proposal: last } : {}),
  };
}

export const isSame = (a: AlarmRecord | undefined, b: AlarmRecord | undefined): boolean =>
  a === undefined || b === undefined ? a === b : differenceOf(a, b) === undefined;

/** Loss of protection by a change, in a few words; undefined if there is none. */
export function weakened(before: AlarmRecord | undefined, after: AlarmRecord | undefined): string | undefined {
  if (before === undefined) return undefined;
  if (after === undefined) return `removed, was priority ${before.priority}`;
  if (after.priority > before.priority) return `priority lowered from ${before.priority} to ${after.priority}`;
  if (differenceOf(before.match, after.match) !== undefined) return 'now matches other findings';
  if (before.returnWhen === undefined) return undefined;
  if (after.returnWhen !== before.returnWhen)
    return after.returnWhen === undefined ? 'no longer waits for its return condition' : 'has another return condition';
  return (after.returnDelayMs ?? 0) < (before.returnDelayMs ?? 0) ? 'has a shorter return delay' : undefined;
}
