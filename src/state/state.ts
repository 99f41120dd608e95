import type { StateStore } from '../core/state.ts';
import { alertStore } from './alerts.ts';
import { auditLog } from './audit.ts';
import { baselineStore } from './baselines.ts';
import { openDatabase } from './database.ts';
import { maintenanceStore } from './maintenance.ts';
import { userStore } from './users.ts';

/**
 * Opens what must survive kill -9 and power loss (`state.db` in `dir`): alerts and their changes, the audit trail, users,
 * baselines, maintenance windows. Made with an id of its own if it is not there yet.
 * @throws ScadaError STATE_CORRUPT
 */
export function openState(dir: string): StateStore {
  const database = openDatabase(dir);
  const audit = auditLog(database);
  return {
    id: String(database.prepare('SELECT id FROM store').get()?.['id']),
    alerts: alertStore(database, audit),
    audit,
    users: userStore(database),
    baselines: baselineStore(database),
    maintenance: maintenanceStore(database),
    [Symbol.dispose]: () => {
      if (database.isOpen) database.close();
    },
  };
}
