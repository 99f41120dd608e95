import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';

/** Copies the database of a data directory to a file, consistent to one commit, also while a monitor writes to it. */
export async function copyDatabase(dir: string, file: string): Promise<void> {
  const database = new DatabaseSync(join(dir, 'state.db'), { readOnly: true, timeout: 5_000 });
  try {
    await backup(database, file);
  } finally {
    database.close();
  }
}
