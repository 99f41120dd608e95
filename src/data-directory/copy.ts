import { chmodSync, cpSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Entries that a start needs, the most important first. Samples, events and logs are not copied. */
export const copied = [
  'accounts.json',
  'state.db',
  'state.db-wal',
  'secret.key',
  'detection.snapshot',
  'shadow.snapshot',
  'calibration',
  'plant.json',
  'feeds.json',
  'feeds',
  'plant-time',
  'notify',
  'devices',
  'simulator-pki',
] as const;

/** Copies the entries that a start needs. Yields those that are complete, also those that do not exist. */
export function* copyEntries(from: string, to: string): Generator<string, void, void> {
  for (const name of copied) if (!existsSync(join(from, name)) || copy(join(from, name), join(to, name))) yield name;
}

function copy(from: string, to: string): boolean {
  try {
    cpSync(from, to, { recursive: true });
    makeWritable(to);
    return true;
  } catch {
    rmSync(to, { recursive: true, force: true });
    return false;
  }
}

function makeWritable(path: string): void {
  const isFolder = statSync(path).isDirectory();
  chmodSync(path, isFolder ? 0o700 : 0o600);
  if (isFolder) for (const name of readdirSync(path)) makeWritable(join(path, name));
}
