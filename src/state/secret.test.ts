import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openSecret } from './secret.ts';

const root = mkdtempSync(join(tmpdir(), 'scadawatch-secret-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const aDir = (): string => mkdtempSync(join(root, 'data-'));

it('is created once for a data directory, readable by its owner only', () => {
  const dir = aDir();
  const { key, problem } = openSecret(dir);
  expect([key.length, problem]).toEqual([32, undefined]);
  expect(openSecret(dir).key.equals(key)).toBe(true);
  expect(openSecret(aDir()).key.equals(key)).toBe(false);
  expect(statSync(join(dir, 'secret.key')).mode & 0o777).toBe(0o600);
});

it('is replaced if it is damaged, and the old file is kept', () => {
  const dir = aDir();
  const { key } = openSecret(dir);
  truncateSync(join(dir, 'secret.key'), 10);
  const replaced = openSecret(dir);
  expect(replaced.problem).toMatch(/secret\.key was damaged/);
  expect(replaced.key.equals(key)).toBe(false);
  expect(readdirSync(dir).toSorted()).toEqual(['secret.key', 'secret.key.damaged']);
  expect(openSecret(dir)).toEqual({ key: replaced.key });
});

it('lasts for one run if nothing can be written', () => {
  const { key, problem } = openSecret(join(aDir(), 'missing'));
  expect(key).toHaveLength(32);
  expect(problem).toMatch(/cannot be written.*this run alone/);
});
