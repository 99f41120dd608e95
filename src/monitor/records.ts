import { join } from 'node:path';
import type { NotificationSettings } from '../core/notification-settings.ts';
import type { Notifier } from '../core/notifier.ts';
import type { RecordSource, RecordStream, SecurityRecord } from '../core/security-record.ts';
import { byRole, type Naming } from '../core/shown.ts';
import { mapTexts } from '../core/texts.ts';
import { eventsFolder } from '../data-directory/folders.ts';
import type { Notifications } from '../notify/index.ts';
import { withoutAddresses } from '../notify/privacy.ts';
import { Records } from '../notify/records.ts';
import type { MonitorRuntime } from './runtime.ts';
import { auditSource } from './audit-source.ts';
import { networkSource } from './network-source.ts';

/** Starts the streams of records that a notifier sends beside the alerts. */
export function startRecords(
  { options, context, use, wall }: MonitorRuntime,
  notifier: Notifier,
  notifications: Notifications,
  settings: NotificationSettings,
): readonly Records[] {
  const { config, dataDir, state, naming = byRole, addressPseudonym = () => '[hidden]' } = options;
  const { name } = notifications;
  const site = config.site.name;
  const shownNames: Naming = settings.privacy?.users === 'hide' ? byRole : naming;
  const sources: Readonly<Record<RecordStream, () => RecordSource>> = {
    audit: () => auditSource({ audit: state.audit, site, naming: shownNames }),
    network: () => networkSource({ dir: join(dataDir, eventsFolder), site, clock: wall }),
  };
  const textOf = withoutAddresses(settings.privacy, addressPseudonym);
  const shown = (record: SecurityRecord): SecurityRecord => withoutNotes(mapTexts(record, textOf), settings);
  return (notifier.streams ?? []).map((stream) =>
    use(
      `notifier ${name} ${stream}`,
      new Records({
        name,
        notifier,
        source: sources[stream](),
        epoch: state.id,
        dir: join(dataDir, 'notify', name),
        context,
        clock: wall,
        isBusy: () => notifications.isBehind,
        isExplained: () => notifications.fault !== undefined,
        shown,
      }),
    ),
  );
}

function withoutNotes(record: SecurityRecord, { privacy }: NotificationSettings): SecurityRecord {
  if (privacy?.notes !== 'hide' || record.act === undefined) return record;
  const { reason: _, ...act } = record.act;
  return { ...record, act };
}
