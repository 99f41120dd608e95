import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { ColumnType } from '../../core/historian.ts';
import { withConnection } from './engine.ts';
import { quote } from './sql.ts';

const types: Readonly<Record<ColumnType, string>> = {
  time: 'TIMESTAMP',
  text: 'VARCHAR',
  number: 'DOUBLE',
  count: 'UINTEGER',
};

/** Writes the rows of a CSV file as Parquet, in their order: equal CSV files give equal Parquet files. */
export async function parquetFromCsv(csv: string, file: string, columns: readonly ColumnType[]): Promise<void> {
  const spill = await mkdtemp(join(tmpdir(), 'scadawatch-parquet-'));
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: '512MB',
    // several threads would split the row groups in another way each time
    threads: '1',
    temp_directory: spill,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  try {
    const names = await headerOf(csv);
    const struct = names.map((name, i) => `${quote(name)}: ${quote(types[columns[i] ?? 'text'])}`).join(', ');
    await withConnection(instance, new AbortController().signal, async (connection) => {
      await connection.run(`COPY (
        SELECT * FROM read_csv(${quote(csv)}, header = true, delim = ',', quote = '"', escape = '"', auto_detect = false, columns = {${struct}})
      ) TO ${quote(file)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 65536)`);
    });
  } finally {
    instance.closeSync();
    await rm(spill, { recursive: true, force: true });
  }
}

/** Names of the columns. They contain no comma: names of tags and of true values have none. */
async function headerOf(csv: string): Promise<readonly string[]> {
  await using handle = await open(csv);
  for await (const line of handle.readLines({ encoding: 'utf8' })) return line.split(',');
  return [];
}
