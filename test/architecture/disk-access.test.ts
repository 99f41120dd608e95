import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { importsOf, isTest, sourceFiles } from './source.ts';

/** Entry points of the threads that go on while a disk hangs: main thread, detectors, notifiers. */
const entries = [
  'src/app/commands/run.ts',
  'src/app/commands/lab.ts',
  'src/detection/threads/worker.ts',
  'src/monitor/notifier-thread/worker.ts',
];

/** Files with a synchronous access that those threads load, by the reason why it stops none of them. Commands of their own load others. */
const synchronous: Readonly<Record<string, readonly string[]>> = {
  'at the start only': [
    'collectors/modbus/refusals.ts',
    'src/app/client-build.ts',
    'src/app/monitor-data.ts',
    'src/core/folder.ts',
    'src/data-directory/aside.ts',
    'src/data-directory/folders.ts',
    'src/data-directory/open.ts',
    'src/data-directory/refusal.ts',
    'src/feeds/kept.ts',
    'src/learning/review/reviewer.ts',
    'src/monitor/feeds.ts',
    'src/notify/epoch-file.ts',
    'src/state/recovery.ts',
    'src/state/secret.ts',
    'src/state/shared-accounts.ts',
    'src/storage/disk-queue/check.ts',
    'src/storage/disk-queue/cursor.ts',
    'src/storage/disk-queue/disk-queue.ts',
    'src/storage/event-log/check.ts',
    'src/storage/snapshot.ts',
    'src/tools/lab/results.ts',
    'src/tools/lab/time.ts',
    'src/tools/recovery/certificates.ts',
    'src/tools/recovery/stores.ts',
  ],
  'at the start, and at the end where there is no process of the files': [
    'src/data-directory/lock.ts',
    'src/data-directory/stand-in.ts',
    'src/service/log-file.ts',
  ],
  'performed by a process, or by a thread that ends': [
    'src/core/read-within.ts',
    'src/data-directory/copy.ts',
    'src/historian/duckdb/damage.ts',
    'src/historian/duckdb/days.ts',
    'src/historian/duckdb/engine.ts',
    'src/state/accounts-mark.ts',
    'src/state/database.ts',
  ],
};

/** Files with an access by libuv's threads that `DiskAccess` does not bound. */
const unbounded: Readonly<Record<string, readonly string[]>> = {
  'at the start only': [
    'dashboard/server/pages.ts',
    'src/config/alarm-file.ts',
    'src/config/mimics.ts',
    'src/core/read-within.ts',
    'src/learning/baselines/shipped.ts',
    'src/service/run-record.ts',
    'src/storage/event-log/check.ts',
    'src/tools/tag-patterns/memory.ts',
  ],
  'bounded by each caller': ['src/core/private-file.ts', 'src/data-directory/operations.ts'],
  'one access at a time of one reader': [
    'collectors/capture/file/recognise.ts',
    'collectors/capture/sources/file.ts',
    'collectors/capture/sources/interface.ts',
    'src/learning/job/kept.ts',
  ],
  'performed by the process of the historian, or by a command': [
    'src/historian/duckdb/day-file.ts',
    'src/historian/duckdb/from-csv.ts',
    'src/historian/duckdb/running-copy.ts',
  ],
};

const product = new Set(sourceFiles().filter((file) => !isTest(file)));
/** Files whose code the threads load. */
const loaded = new Set(entries);
for (const file of loaded)
  for (const { to, local, typeOnly } of importsOf(file)) if (local && !typeOnly && product.has(to)) loaded.add(to);

const filesWith = (pattern: RegExp): string[] =>
  [...loaded].filter((file) => pattern.test(readFileSync(file, 'utf8'))).toSorted();
const listed = (groups: Readonly<Record<string, readonly string[]>>): string[] => Object.values(groups).flat().toSorted();

it('no thread that goes on while a disk hangs accesses it synchronously after the start', () => {
  const found = filesWith(/import \{[^}]*Sync\b[^}]*\} from 'node:fs'|\bfs\.\w+Sync\(|new DatabaseSync\((?!':memory:')/);
  expect(found).toEqual(listed(synchronous));
});

it('accesses that hang leave threads of libuv for name resolution and passphrases', () => {
  const pool = /from 'node:fs\/promises'|import \{[^}]*\b(createReadStream|createWriteStream|watch)\b[^}]*\} from 'node:fs'/;
  const bounded = new Set(filesWith(/data-directory\/disk-access\.ts'|from '\.\/disk-access\.ts'/));
  expect(filesWith(pool).filter((file) => !bounded.has(file))).toEqual(listed(unbounded));
});
