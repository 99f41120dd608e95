import type { DatabaseSync } from 'node:sqlite';
import type { AlarmRecordVersion } from '../core/alarm-record.ts';
import { decodeJson, encodeJson } from '../core/json.ts';
import type { AlarmRecordStore } from '../core/state.ts';
import { transaction } from './database.ts';

/** Versions of alarm records. They are append-only, also for SQL. */
export function alarmRecordStore(database: DatabaseSync): AlarmRecordStore {
  const insert = database.prepare('INSERT INTO alarm_record (id, version, content) VALUES (?, ?, ?)');
  const select = database.prepare('SELECT content FROM alarm_record ORDER BY id, version');
  return {
    append: (versions) =>
      transaction(database, () => {
        for (const version of versions) insert.run(version.id, version.version, encodeJson(version));
      }),
    all: () => select.all().map(({ content }) => decodeJson(String(content)) as AlarmRecordVersion),
  };
}
