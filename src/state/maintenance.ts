import type { DatabaseSync } from 'node:sqlite';
import type { MaintenanceWindow } from '../core/maintenance.ts';
import type { MaintenanceStore } from '../core/state.ts';

/** Maintenance windows, including past ones: samples recorded in them must not be learned. */
export function maintenanceStore(database: DatabaseSync): MaintenanceStore {
  const insert = database.prepare(
    'INSERT INTO maintenance (id, kind, place, begins, ends, role, reason) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const update = database.prepare('UPDATE maintenance SET ends = ? WHERE id = ?');
  const select = database.prepare('SELECT * FROM maintenance WHERE ends > :from AND begins < :to ORDER BY ends, id');
  return {
    add: ({ id, place, from, to, by, reason }) => {
      insert.run(id, place.kind, place.id, from, to, by, reason);
    },
    end: (id, at) => {
      update.run(at, id);
    },
    during: (from, to) => select.all({ from, to }).map(windowOf),
  };
}

const windowOf = ({ id, kind, place, begins, ends, role, reason }: Record<string, unknown>): MaintenanceWindow =>
  ({ id, place: { kind, id: place }, from: begins, to: ends, by: role, reason }) as MaintenanceWindow;
