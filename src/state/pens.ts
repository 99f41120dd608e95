import type { DatabaseSync } from 'node:sqlite';
import { decodeJson, encodeJson } from '../core/json.ts';
import { type PenChoice, penLimits, type PenStore } from '../core/trend-pens.ts';

/** Chosen pens of trends, the last changed ones of each user. They go with the account. */
export function penStore(database: DatabaseSync): PenStore {
  const select = database.prepare('SELECT content FROM trend_pens WHERE user = ? AND tag = ?');
  // a new row has the highest number: the oldest change is dropped first
  const insert = database.prepare('INSERT OR REPLACE INTO trend_pens (user, tag, content) VALUES (?, ?, ?)');
  const trim = database.prepare(
    'DELETE FROM trend_pens WHERE user = :user AND number <= (SELECT number FROM trend_pens WHERE user = :user ORDER BY number DESC LIMIT 1 OFFSET :kept)',
  );
  const drop = database.prepare('DELETE FROM trend_pens WHERE user = ? AND tag = ?');
  return {
    of: (user, tag) => {
      const row = select.get(user, tag);
      return row === undefined ? undefined : (decodeJson(String(row['content'])) as readonly PenChoice[]);
    },
    keep: (user, tag, pens) => {
      insert.run(user, tag, encodeJson(pens));
      trim.run({ user, kept: penLimits.trendsPerUser });
    },
    remove: (user, tag) => {
      drop.run(user, tag);
    },
  };
}
