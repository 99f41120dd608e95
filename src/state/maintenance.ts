import type { DatabaseSync } from 'node:sqlite';
import { decodeJson, encodeJson } from '../core/json.ts';
import type { MaintenancePlan, MaintenanceWindow } from '../core/maintenance.ts';
import type { MaintenanceStore } from '../core/state.ts';

/** Maintenance windows, including past ones, because samples recorded in them must not be learned, and plans. */
export function maintenanceStore(database: DatabaseSync): MaintenanceStore {
  const insert = database.prepare(
    'INSERT INTO maintenance (id, kind, place, begins, ends, role, approved_by, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const update = database.prepare('UPDATE maintenance SET ends = ? WHERE id = ?');
  const select = database.prepare('SELECT * FROM maintenance WHERE ends > :from AND begins < :to ORDER BY ends, id');
  const selectPlans = database.prepare('SELECT content FROM maintenance_plan ORDER BY id');
  const upsertPlan = database.prepare(
    'INSERT INTO maintenance_plan (id, content) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET content = excluded.content',
  );
  const dropPlan = database.prepare('DELETE FROM maintenance_plan WHERE id = ?');
  return {
    add: ({ id, place, from, to, by, approvedBy = null, reason }) => {
      insert.run(id, place.kind, place.id, from, to, by, approvedBy, reason);
    },
    end: (id, at) => {
      update.run(at, id);
    },
    during: (from, to) => select.all({ from, to }).map(windowOf),
    plans: () => selectPlans.all().map(({ content }) => decodeJson(String(content)) as MaintenancePlan),
    savePlan: (plan) => {
      upsertPlan.run(plan.id, encodeJson(plan));
    },
    removePlan: (id) => {
      dropPlan.run(id);
    },
  };
}

const windowOf = ({
  id,
  kind,
  place,
  begins,
  ends,
  role,
  approved_by: approvedBy,
  reason,
}: Record<string, unknown>): MaintenanceWindow =>
  ({
    id,
    place: { kind, id: place },
    from: begins,
    to: ends,
    by: role,
    ...(approvedBy === null ? {} : { approvedBy }),
    reason,
  }) as MaintenanceWindow;
