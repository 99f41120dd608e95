import type { Alert } from '../../core/alert.ts';
import type { Finding } from '../../core/finding.ts';

/** A finding or an alert: the parts by which they join. */
export type Side = Pick<Finding, 'equipment' | 'device' | 'network' | 'tags' | 'explanation'> &
  Partial<Pick<Finding, 'detector' | 'signal' | 'deliberate'>> & { readonly findings?: Alert['findings'] };
