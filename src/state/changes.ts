import type { DatabaseSync } from 'node:sqlite';
import type { Alert, AlertChange } from '../core/alert.ts';
import { applyDifference, type Difference, differenceOf } from '../core/difference.ts';
import { decodeJson, encodeJson } from '../core/json.ts';
import type { ChangePage } from '../core/state.ts';

/** Most differences after a row with the complete alert. Reading one change decodes no more rows than these. */
const mostDifferences = 64;

/** Greater than any sequence. */
const all = Number.MAX_SAFE_INTEGER;

type Act = Omit<AlertChange, 'sequence' | 'alert'>;

/**
 * Content of a row: the complete change (always, up to version 0.1), or the difference to the alert's previous change. `base` is
 * the sequence of the complete change at the start of the chain.
 */
type Content = (Act & { readonly alert: Alert }) | (Act & { readonly base: number; readonly difference: Difference });

interface Row {
  readonly sequence: number;
  readonly alert: string;
  readonly content: string;
}

/** Changes of alerts, stored as differences and read as complete changes. */
export interface ChangeTable {
  /** @param before the alert after its previous change; undefined for its first one */
  insert(change: AlertChange, before: Alert | undefined): void;
  /** Changes after a sequence, oldest first. */
  after(sequence: number, limit: number): AlertChange[];
  /** The last changes of one alert before a sequence, oldest first. */
  of(alert: string, page?: ChangePage): AlertChange[];
  /** The same of all alerts of an incident, without mere updates. */
  actsOf(incident: string, page: ChangePage): AlertChange[];
}

export function changeTable(database: DatabaseSync): ChangeTable {
  const insertRow = database.prepare('INSERT INTO alert_change (sequence, alert, content) VALUES (?, ?, ?)');
  const columns = 'SELECT sequence, alert, content FROM alert_change';
  const selectLast = database.prepare(`${columns} WHERE alert = ? ORDER BY sequence DESC LIMIT 1`);
  const countSince = database.prepare('SELECT count(*) AS count FROM alert_change WHERE alert = ? AND sequence > ?');
  const selectAfter = database.prepare(`${columns} WHERE sequence > ? ORDER BY sequence LIMIT ?`);
  const selectOf = database.prepare(`${columns} WHERE alert = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?`);
  // the condition on the kind is that of the index alert_change_act
  const selectActs = database.prepare(`${columns}
    WHERE alert IN (SELECT id FROM alert WHERE incident = ?) AND json_extract(content, '$.kind') <> 'updated' AND sequence < ?
    ORDER BY sequence DESC LIMIT ?`);
  const selectBetween = database.prepare(`${columns} WHERE alert = ? AND sequence >= ? AND sequence < ? ORDER BY sequence`);

  /** Base of the alert's last change; undefined if the next change must contain the complete alert. */
  const openBase = (alert: string): number | undefined => {
    const last = selectLast.get(alert) as Row | undefined;
    if (last === undefined) return undefined;
    const content = contentOf(last);
    const base = 'base' in content ? content.base : last.sequence;
    return Number(countSince.get(alert, base)?.['count']) < mostDifferences ? base : undefined;
  };

  /** Reads rows in ascending order, with the rows that they are based on. */
  const read = (rows: readonly Row[]): AlertChange[] => {
    const latest = new Map<string, AlertChange>();
    const take = (row: Row): AlertChange => {
      const content = contentOf(row);
      const change = 'base' in content ? onto(before(row, content.base), row, content) : { ...content, sequence: row.sequence };
      latest.set(row.alert, change);
      return change;
    };
    const before = ({ alert, sequence }: Row, base: number): Alert => {
      const known = latest.get(alert)?.sequence ?? 0;
      for (const row of selectBetween.all(alert, Math.max(base, known + 1), sequence)) take(row as unknown as Row);
      const change = latest.get(alert);
      if (change === undefined) throw new Error(`alert change ${sequence} has no base ${base}`);
      return change.alert;
    };
    return rows.map(take);
  };

  return {
    insert: (change, before) => {
      const { sequence, alert, ...act } = change;
      const base = before === undefined ? undefined : openBase(alert.id);
      const whole = encodeJson(change);
      const content =
        before === undefined || base === undefined
          ? whole
          : encodeJson({ ...act, base, difference: differenceOf(before, alert) ?? {} } satisfies Content);
      // storing a change of nearly everything as a difference saves nothing, and a complete one is a better base
      insertRow.run(sequence, alert.id, content.length < whole.length / 2 ? content : whole);
    },
    after: (sequence, limit) => read(selectAfter.all(sequence, limit) as unknown as Row[]),
    of: (alert, { before = all, limit } = { limit: all }) =>
      read(selectOf.all(alert, before, Math.min(limit, all)).toReversed() as unknown as Row[]),
    actsOf: (incident, { before = all, limit }) => read(selectActs.all(incident, before, limit).toReversed() as unknown as Row[]),
  };
}

const contentOf = ({ content }: Row): Content => decodeJson(content) as Content;

function onto(before: Alert, { sequence }: Row, content: Extract<Content, { readonly base: number }>): AlertChange {
  const { base: _base, difference, ...act } = content;
  return { ...act, sequence, alert: applyDifference(before, difference) };
}
