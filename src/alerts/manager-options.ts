import type { AlarmSettings } from '../core/alarm-settings.ts';
import type { Clock } from '../core/clock.ts';
import type { AlertStore, StateSaving } from '../core/state.ts';
import type { TagTable } from '../core/tag.ts';
import type { HeadlineOptions } from './headline/headlines.ts';
import type { Maintenance } from './maintenance.ts';
import type { ReturnWaits } from './return-waits.ts';
import type { Suppression } from './suppression.ts';

export interface AlertManagerOptions extends Omit<HeadlineOptions, 'tags'> {
  readonly store: AlertStore;
  readonly clock: Clock;
  /** Name of the stream of changes: readers with another epoch take a snapshot. */
  readonly epoch: string;
  /** Areas and equipment of the tags, which determine the incident. */
  readonly tags: TagTable;
  /** Progress of the store's writes; by default every write is on disk when `append` returns. */
  readonly saving?: StateSaving | undefined;
  /** Parts of the plant that are out of service; none if absent. */
  readonly maintenance?: Pick<Maintenance, 'covers'> | undefined;
  /** Suppression by design; none if absent. */
  readonly suppression?: Pick<Suppression, 'causeOf'> | undefined;
  /** Return conditions of alarm records; none if absent. */
  readonly returns?: Pick<ReturnWaits, 'waiting' | 'advance'> | undefined;
  readonly settings?: (Partial<Pick<AlarmSettings, 'joinMs'>> & Pick<AlarmSettings, 'realarm' | 'escalate'>) | undefined;
}
