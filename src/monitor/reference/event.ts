import type { ReferenceEvent } from '../../core/reference.ts';
import type { References } from './references.ts';

/** The reference set in force as an event for the detectors; undefined if there was never one. */
export function referenceEvent(references: References | undefined, time: number): ReferenceEvent | undefined {
  const current = references?.current();
  if (references === undefined || (current === undefined && references.problem() === undefined)) return undefined;
  const { version = 0, at = 0, by, values = [] } = current ?? {};
  return { type: 'reference', time, version, approvedAt: at, role: by?.role ?? '', values };
}
