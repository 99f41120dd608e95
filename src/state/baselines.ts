import type { DatabaseSync } from 'node:sqlite';
import type { BaselineStore, StoredBaseline } from '../core/state.ts';
import { decodeJson, encodeJson } from '../core/json.ts';

/** Baselines by name. A new version never overwrites an earlier one. */
export function baselineStore(database: DatabaseSync): BaselineStore {
  const select = database.prepare(`
    SELECT name, version, created_at AS createdAt, source, content FROM baseline WHERE name = ? ORDER BY version DESC LIMIT 1`);
  const insert = database.prepare(`
    INSERT INTO baseline (name, version, created_at, source, content)
    VALUES (:name, (SELECT coalesce(max(version), 0) + 1 FROM baseline WHERE name = :name), :createdAt, :source, :content)
    RETURNING version`);
  return {
    latest: (name) => {
      const row = select.get(name);
      return row === undefined
        ? undefined
        : ({ ...row, content: contentOf(String(row['content'])) } as unknown as StoredBaseline);
    },
    add: ({ name, createdAt, source, content }) =>
      Number(insert.get({ name, createdAt, source, content: encodeJson(content) })?.['version']),
  };
}

/** Content of a row; null if it is not JSON. The row keeps its version, and a new baseline gets the next one. */
function contentOf(text: string): unknown {
  try {
    return decodeJson(text);
  } catch {
    return null;
  }
}
