import type { DuckDBConnection } from '@duckdb/node-api';

/**
 * Maps tag names to small numbers, stored in the database. An index into the run's tag table changes with the configuration; this
 * number never does.
 */
export class Dictionary {
  readonly #ids: Map<string, number>;
  /** Number by tag index of this run. */
  readonly idOf: Uint32Array;

  private constructor(ids: Map<string, number>, names: readonly string[]) {
    this.#ids = ids;
    this.idOf = Uint32Array.from(names, (name) => ids.get(name) ?? 0);
  }

  /** Reads the stored numbers and adds the run's tags. */
  static async open(connection: DuckDBConnection, names: readonly string[], devices: readonly string[]): Promise<Dictionary> {
    await connection.run('CREATE TABLE IF NOT EXISTS tag (id UINTEGER, name VARCHAR, device VARCHAR)');
    const known = await connection.runAndReadAll('SELECT name, id, device FROM tag');
    const ids = new Map<string, number>();
    const deviceOf = new Map<string, string>();
    for (const [name, id, device] of known.getRowsJS() as [string, number, string][]) {
      ids.set(name, id);
      deviceOf.set(name, device);
    }
    const appender = await connection.createAppender('tag');
    let next = 1;
    for (const id of ids.values()) next = Math.max(next, id + 1);
    for (const [index, name] of names.entries()) {
      const device = devices[index] ?? '';
      if (!ids.has(name)) {
        appender.appendUInteger(next);
        appender.appendVarchar(name);
        appender.appendVarchar(device);
        appender.endRow();
        ids.set(name, next++);
      } else if (deviceOf.get(name) !== device) {
        await connection.run('UPDATE tag SET device = $device WHERE name = $name', { device, name });
      }
    }
    appender.closeSync();
    return new Dictionary(ids, names);
  }

  /** Number of a name that was ever stored here. */
  find(name: string): number | undefined {
    return this.#ids.get(name);
  }
}
