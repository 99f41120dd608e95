import type { DatabaseSync } from 'node:sqlite';
import { savedAtOnce, type StateStore } from '../core/state.ts';
import { alertStore } from './alerts.ts';
import { auditLog } from './audit.ts';
import { baselineStore } from './baselines.ts';
import { openDatabase } from './database.ts';
import { maintenanceStore } from './maintenance.ts';
import { userStore } from './users.ts';

/**
 * Opens what must survive kill -9 and power loss (`state.db` in `dir`): alerts and their changes, the audit trail, users,
 * baselines, maintenance windows. Made with an id of its own if it is not there yet. Every method returns when the write is on disk:
 * for commands. A running monitor opens it by `openQueuedState`.
 * @throws ScadaError STATE_CORRUPT
 */
export function openState(dir: string): StateStore {
  const database = openDatabase(dir);
  return {
    ...storesOn(database),
    id: storeId(database),
    saving: savedAtOnce,
    [Symbol.dispose]: () => {
      if (database.isOpen) database.close();
    },
  };
}

/** The stores of an open database. */
export function storesOn(database: DatabaseSync): Omit<StateStore, 'id' | 'saving' | typeof Symbol.dispose> {
  const audit = auditLog(database);
  return {
    alerts: alertStore(database, audit),
    audit,
    users: userStore(database),
    baselines: baselineStore(database),
    maintenance: maintenanceStore(database),
  };
}

export const storeId = (database: DatabaseSync): string => String(database.prepare('SELECT id FROM store').get()?.['id']);
