import type { DatabaseSync } from 'node:sqlite';
import { type Alert, type AlertChange, takesOverVerdict, type VerdictWord, verdictOnIncident } from '../core/alert.ts';
import { ScadaError } from '../core/errors.ts';
import { type AuditEntry, type AuditLog, type DirectStateStore, recentChanges } from '../core/state.ts';
import { decodeJson, encodeJson } from '../core/json.ts';
import { changeTable } from './changes.ts';
import { transaction } from './database.ts';
import { lifeTable } from './lives.ts';

/** Alerts, their changes and audit entries, kept consistent by transactions. */
export function alertStore(database: DatabaseSync, audit: Pick<AuditLog, 'append'>): DirectStateStore['alerts'] {
  const last = database.prepare('SELECT coalesce(max(sequence), 0) AS sequence FROM alert_change');
  const changes = changeTable(database);
  const upsertAlert = database.prepare(`
    INSERT INTO alert (id, state, raised_at, area, incident, content) VALUES (:id, :state, :raisedAt, :area, :incident, :content)
    ON CONFLICT (id) DO UPDATE SET state = :state, raised_at = :raisedAt, area = :area, incident = :incident, content = :content`);
  const insertTag = database.prepare('INSERT OR IGNORE INTO alert_tag (tag, alert) VALUES (?, ?)');
  const selectOpen = database.prepare("SELECT content FROM alert WHERE state <> 'A' ORDER BY raised_at, id");
  const selectOne = database.prepare('SELECT content FROM alert WHERE id = ?');
  const selectFound = database.prepare(`
    SELECT content FROM alert
    WHERE raised_at >= :from AND raised_at < :to AND (:area IS NULL OR area = :area) AND (:incident IS NULL OR incident = :incident)
      AND (:tag IS NULL OR id IN (SELECT alert FROM alert_tag WHERE tag = :tag))
    ORDER BY raised_at DESC, id DESC LIMIT :limit`);
  const selectCounts = database.prepare(`
    SELECT area, json_extract(content, '$.verdict.word') AS verdict, count(*) AS count FROM alert
    WHERE raised_at >= ? AND state <> 'I' AND json_extract(content, '$.priority') = 'A' GROUP BY area, verdict`);
  const lives = lifeTable(database);
  const lastSequence = (): number => Number(last.get()?.['sequence']);
  const find = (id: string): Alert | undefined => {
    const row = selectOne.get(id);
    return row === undefined ? undefined : (contentOf(row) as Alert);
  };

  return {
    open: () => {
      const sequence = lastSequence();
      const alerts = selectOpen.all().map(contentOf) as Alert[];
      return { alerts, sequence, recent: changes.after(sequence - recentChanges, recentChanges) };
    },
    get: find,
    append: (change) =>
      transaction(database, () => {
        const expected = lastSequence() + 1;
        if (change.sequence !== expected) {
          throw new ScadaError('fatal', 'INTERNAL', `alert change ${change.sequence} cannot follow ${expected - 1}`, {
            hint: 'see that no second monitor runs on the same data folder',
          });
        }
        const { alert } = change;
        const before = find(alert.id);
        changes.insert(change, before);
        const { id, state, raisedAt, area, incident, tags } = alert;
        upsertAlert.run({ id, state, raisedAt, area, incident, content: encodeJson(alert) });
        for (const tag of tags) insertTag.run(tag, id);
        const entry = auditOf(change, before);
        if (entry !== undefined) audit.append(entry);
      }),
    changesAfter: (sequence, limit) => changes.after(sequence, limit),
    changesOf: (id, page) => changes.of(id, page),
    actsOf: (incident, page) => changes.actsOf(incident, page),
    idsDuring: (from, to, limit) => lives.idsDuring(from, to, limit),
    lives: (ids, before) => lives.read(ids, before),
    countAnomalies: (from) =>
      selectCounts.all(from).map(({ area, verdict, count }) => ({
        area: String(area),
        verdict: (verdict ?? undefined) as VerdictWord | undefined,
        count: Number(count),
      })),
    find: ({ from = -Infinity, to = Infinity, area = null, tag = null, incident = null, limit }) =>
      selectFound.all({ from, to, area, tag, incident, limit }).map(contentOf) as Alert[],
  };
}

const contentOf = (row: Record<string, unknown>): unknown => decodeJson(String(row['content']));

/**
 * The audit entry of a change. Undefined for an update, which does not change the state of the alert, and for an alert that takes over
 * the verdict on its incident, which has an entry of its own.
 */
export function auditOf(change: AlertChange, before: Alert | undefined): AuditEntry | undefined {
  const { time, by, kind, alert, note } = change;
  if (kind === 'updated' || takesOverVerdict(change)) return undefined;
  const common = { time, role: by.role, session: by.session, user: by.user, person: by.person, reason: note };
  const ofIncident = verdictOnIncident(change);
  if (ofIncident !== undefined) {
    const [was, word] = [before?.incidentVerdict?.word, ofIncident.word];
    return { ...common, action: 'incident.judged', object: alert.incident, before: was, after: word };
  }
  return { ...common, action: `alert.${kind}`, object: alert.id, before: stated(kind, before), after: stated(kind, alert) };
}

/** The value that a change concerns: the verdict, the triage, or the state. */
function stated(kind: AlertChange['kind'], alert: Alert | undefined): string | undefined {
  if (kind === 'judged') return alert?.verdict?.word;
  return kind === 'triaged' ? alert?.triage?.state : alert?.state;
}
