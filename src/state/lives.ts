import type { DatabaseSync } from 'node:sqlite';
import type { AlertState, Priority, VerdictWord } from '../core/alert.ts';
import type { AlertLife, AlertStep } from '../core/report.ts';

/** Alerts for key figures, read without decoding their whole content. */
export interface LifeTable {
  idsDuring(from: number, to: number, limit: number): string[];
  read(ids: readonly string[], before: number): AlertLife[];
}

export function lifeTable(database: DatabaseSync): LifeTable {
  // every column is in the index alert_span; an alert that is closed had its last change at or after its end
  const selectIds = database.prepare(`
    SELECT id FROM alert
    WHERE raised_at < :to AND (raised_at >= :from OR state <> 'A' OR json_extract(content, '$.changedAt') >= :from)
    ORDER BY raised_at, state LIMIT :limit`);
  const selectAlerts = database.prepare(`
    SELECT id, raised_at AS raisedAt, area, json_extract(content, '$.equipment') AS equipment,
      json_extract(content, '$.priority') AS priority, coalesce(json_extract(content, '$.tags[0]'), '') AS tag,
      json_extract(content, '$.title') AS title, json_extract(content, '$.incident') AS incident,
      json_extract(content, '$.headline.title') AS headline, json_extract(content, '$.headline.at') AS headlineAt,
      json_extract(content, '$.response') <> '' AS hasResponse,
      json_extract(content, '$.verdict.word') AS verdict,
      (SELECT json_group_array(json_extract(value, '$.detector')) FROM json_each(content, '$.findings')) AS detectors
    FROM alert WHERE id IN (SELECT value FROM json_each(?))`);
  // the condition on the action is that of the index audit_alert
  const selectSteps = database.prepare(`
    SELECT object, time, before, after FROM audit
    WHERE object IN (SELECT value FROM json_each(:ids)) AND substr(action, 1, 6) = 'alert.' AND action <> 'alert.judged'
      AND time < :before
    ORDER BY id`);
  return {
    idsDuring: (from, to, limit) => selectIds.all({ from, to, limit }).map(({ id }) => String(id)),
    read: (ids, before) => {
      const key = JSON.stringify(ids);
      const steps = new Map<string, AlertStep[]>(ids.map((id) => [id, []]));
      for (const row of selectSteps.all({ ids: key, before })) steps.get(String(row['object']))?.push(stepOf(row));
      return selectAlerts.all(key).map((row) => lifeOf(row, steps.get(String(row['id'])) ?? []));
    },
  };
}

const stepOf = ({ time, before, after }: Record<string, unknown>): AlertStep => ({
  time: Number(time),
  ...(before === null ? {} : { before: before as AlertState }),
  after: after as AlertState,
});

const lifeOf = (row: Record<string, unknown>, steps: readonly AlertStep[]): AlertLife => ({
  id: String(row['id']),
  raisedAt: Number(row['raisedAt']),
  priority: row['priority'] as Priority,
  area: String(row['area']),
  equipment: String(row['equipment']),
  tag: String(row['tag']),
  title: String(row['title']),
  incident: String(row['incident']),
  ...(typeof row['headline'] === 'string' ? { headline: { title: row['headline'], at: Number(row['headlineAt']) } } : {}),
  detectors: [...new Set(JSON.parse(String(row['detectors'])) as string[])],
  hasResponse: row['hasResponse'] === 1,
  ...(row['verdict'] === null ? {} : { verdict: row['verdict'] as VerdictWord }),
  steps,
});
