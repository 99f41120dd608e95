import { AlarmRecords } from '../../src/alerts/records/records.ts';
import type { AlarmRecordVersion } from '../../src/core/alarm-record.ts';
import type { Clock } from '../../src/core/clock.ts';
import type { AuditEntry } from '../../src/core/state.ts';
import type { TagTable } from '../../src/core/tag.ts';

/** Alarm records in memory. */
export function memoryRecords(
  tags: TagTable,
  clock: Clock,
  options: {
    readonly stored?: AlarmRecordVersion[];
    readonly secondPerson?: boolean;
    readonly audited?: AuditEntry[];
    readonly onWeakened?: (sentence: string) => void;
  } = {},
): AlarmRecords {
  const { stored = [], secondPerson = false, audited = [], onWeakened = () => {} } = options;
  const plant = {
    detectors: ['range', 'frozen', 'traffic', 'limits'],
    equipment: [...new Set(tags.tags.map(({ equipment }) => equipment))],
    areas: [...new Set(tags.tags.map(({ area }) => area))],
    devices: [...new Set(tags.tags.map(({ device }) => device))],
  };
  return new AlarmRecords({
    store: { append: (versions) => void stored.push(...versions), all: () => [...stored] },
    audit: { append: (entry) => void audited.push(entry) },
    clock,
    tags,
    plant,
    stated: ['limits'],
    secondPerson,
    onWeakened,
  });
}
