import { fileURLToPath } from 'node:url';
import { AlarmRecords } from '../../src/alerts/records/records.ts';
import { registry } from '../../src/app/registry.ts';
import { placesOf } from '../../src/config/alarm-file.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { AlarmRecordVersion } from '../../src/core/alarm-record.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { PlantPlugin } from '../../src/core/plant.ts';

/** The alarm records that a plant ships, in memory. */
export async function shippedRecords(plant: PlantPlugin): Promise<AlarmRecords> {
  const config = await loadConfig(fileURLToPath(plant.example), {
    registry,
    environment: { SCADAWATCH_UA1_PASSPHRASE: 'unused' },
  });
  const stored: AlarmRecordVersion[] = [];
  const { tags: _, ...places } = placesOf(config);
  const records = new AlarmRecords({
    store: { append: (versions) => void stored.push(...versions), all: () => [] },
    audit: { append: () => {} },
    clock: systemClock,
    tags: config.tags,
    plant: { ...places, detectors: registry.detectors.map(({ type }) => type) },
    stated: [],
    secondPerson: false,
    onWeakened: (sentence) => {
      throw new Error(sentence);
    },
  });
  records.follow(config.alarmRecords?.records ?? [], { role: 'console' }, 'alarms.yaml');
  return records;
}
