import type { DatabaseSync } from 'node:sqlite';
import { ScadaError } from '../core/errors.ts';
import { decodeJson, encodeJson } from '../core/json.ts';
import type { ApiToken, ApiTokenStore } from '../core/state.ts';

/** API tokens. The tokens themselves are only stored as hashes. */
export function apiTokenStore(database: DatabaseSync): ApiTokenStore {
  const select = database.prepare('SELECT content, last_used_at AS lastUsedAt FROM api_token ORDER BY name');
  const insert = database.prepare('INSERT INTO api_token (name, content) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const update = database.prepare('UPDATE api_token SET last_used_at = ? WHERE name = ?');
  const drop = database.prepare('DELETE FROM api_token WHERE name = ?');
  return {
    list: () => select.all().map(tokenOf),
    add: (token) => {
      if (insert.run(token.name, encodeJson(token)).changes === 1) return;
      throw new ScadaError('config', 'INPUT_INVALID', `there is an API token ${token.name} already`, {
        hint: 'Take another name.',
      });
    },
    use: (name, at) => {
      update.run(at, name);
    },
    remove: (name) => {
      drop.run(name);
    },
  };
}

function tokenOf({ content, lastUsedAt }: Record<string, unknown>): ApiToken {
  const token = decodeJson(String(content)) as ApiToken;
  return typeof lastUsedAt === 'number' ? { ...token, lastUsedAt } : token;
}
