import type { FindingChange } from '../core/finding.ts';
import type { MinorChange, MinorFinding } from '../core/minor.ts';

/**
 * Findings with the times of the site's clock. Detectors state stream time, which differs after that clock was set.
 * @param aheadMs stream time minus the site's clock, ms
 */
export function onCalendar(changes: readonly FindingChange[], aheadMs: number): readonly FindingChange[] {
  if (aheadMs === 0) return changes;
  return changes.map(({ change, finding }) => ({
    change,
    finding: { ...finding, ...shifted(finding, aheadMs), beganAt: finding.beganAt - aheadMs },
  }));
}

/** The same for minor findings. */
export function minorOnCalendar(changes: readonly MinorChange[], aheadMs: number): readonly MinorChange[] {
  if (aheadMs === 0) return changes;
  return changes.map((change): MinorChange => {
    if (change.change === 'begin') return { ...change, finding: { ...change.finding, ...shifted(change.finding, aheadMs) } };
    return { ...change, update: { ...change.update, updatedAt: change.update.updatedAt - aheadMs } };
  });
}

function shifted(
  { since, updatedAt, endedAt }: Pick<MinorFinding, 'since' | 'updatedAt' | 'endedAt'>,
  aheadMs: number,
): Pick<MinorFinding, 'since' | 'updatedAt' | 'endedAt'> {
  const times = { since: since - aheadMs, updatedAt: updatedAt - aheadMs };
  return endedAt === undefined ? times : { ...times, endedAt: endedAt - aheadMs };
}
