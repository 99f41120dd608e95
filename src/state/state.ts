import type { DatabaseSync } from 'node:sqlite';
import { type DirectStateStore, savedAtOnce } from '../core/state.ts';
import { alarmRecordStore } from './alarm-records.ts';
import { alertStore } from './alerts.ts';
import { apiTokenStore } from './api-tokens.ts';
import { approvalStore } from './approvals.ts';
import { annotationStore } from './annotations.ts';
import { auditLog } from './audit.ts';
import { baselineStore } from './baselines.ts';
import { openDatabase, transaction } from './database.ts';
import { displayStore } from './displays.ts';
import { maintenanceStore } from './maintenance.ts';
import { minorStore } from './minor.ts';
import { penStore } from './pens.ts';
import { sessionStore } from './sessions.ts';
import { shiftStore } from './shift.ts';
import { userStore } from './users.ts';

/**
 * Opens `state.db` in `dir`, which survives kill -9 and power loss: alerts and their changes, the audit trail, users, sessions, baselines,
 * maintenance windows, minor findings, notes and handovers of shifts, alarm records, requests for a second person, annotations, pens of
 * trends.
 * A new store gets a new id. Every method
 * returns when the write is on disk; for commands. A running monitor uses `openQueuedState`.
 * @throws ScadaError STATE_CORRUPT
 */
export function openState(dir: string): DirectStateStore {
  const database = openDatabase(dir);
  const stores = storesOn(database);
  return {
    ...stores,
    keep: async (act) => transaction(database, () => act(stores)),
    id: storeId(database),
    saving: savedAtOnce,
    [Symbol.dispose]: () => {
      if (database.isOpen) database.close();
    },
  };
}

/** The stores of an open database. */
export function storesOn(database: DatabaseSync): Omit<DirectStateStore, 'id' | 'keep' | 'saving' | typeof Symbol.dispose> {
  const audit = auditLog(database);
  return {
    alerts: alertStore(database, audit),
    audit,
    users: userStore(database),
    sessions: sessionStore(database),
    displays: displayStore(database),
    apiTokens: apiTokenStore(database),
    baselines: baselineStore(database),
    maintenance: maintenanceStore(database),
    minor: minorStore(database),
    shifts: shiftStore(database),
    alarmRecords: alarmRecordStore(database),
    approvals: approvalStore(database),
    annotations: annotationStore(database),
    pens: penStore(database),
  };
}

export const storeId = (database: DatabaseSync): string => String(database.prepare('SELECT id FROM store').get()?.['id']);
