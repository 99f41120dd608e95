import type { Actor } from '../../src/core/alert.ts';
import type { MonitorView } from '../../src/core/monitor.ts';
import type { ReferenceControl, ReferenceValue } from '../../src/core/reference.ts';
import { ApiError } from '../protocol/api-error.ts';

/** Reference set that a person approves, and the version that it replaces. */
interface Approved {
  readonly values: readonly ReferenceValue[];
  readonly base: number;
}

/** @throws ApiError if this monitor follows no reference set */
export function referenceOf({ reference }: MonitorView): ReferenceControl {
  if (reference === undefined) throw new ApiError('not-found', 'This monitor has no reference set.');
  return reference;
}

/** Puts a reference set in force. @throws ScadaError as `ReferenceControl.approve` */
export async function approveReference(
  view: MonitorView,
  { values, base }: Approved,
  by: Actor,
  reason: string,
  stored: 'first' | 'queued',
): Promise<void> {
  await referenceOf(view).approve(values, base, by, reason, stored);
}
