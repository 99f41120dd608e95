import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { changeOf, intrusion } from '../../../test/support/alert-changes.ts';
import { stixProblems } from '../../../test/support/stix.ts';
import { stix } from './index.ts';

const signal = new AbortController().signal;
let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'scadawatch-stix-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const create = (more: object = {}) => stix.create(stix.schema.parse({ folder: join(folder, 'out'), site: 'North', ...more }));

it('writes a valid bundle for each change that its settings include, in order', async () => {
  const other = { ...intrusion, id: 'ALT-000018', priority: 'A' } as const;
  await create({ tlp: 'red' }).notifyAll?.(
    [changeOf(1), changeOf(2, { kind: 'updated' }), changeOf(10, { kind: 'cleared', alert: other })],
    signal,
  );
  const names = readdirSync(join(folder, 'out'));
  expect(names).toEqual(['0000000000000001-ALT-000017.stix.json', '0000000000000010-ALT-000018.stix.json']);
  for (const name of names) {
    const bundle: unknown = JSON.parse(readFileSync(join(folder, 'out', name), 'utf8'));
    expect(stixProblems(bundle)).toEqual([]);
    expect((bundle as { objects: { name?: string }[] }).objects.slice(0, 2).map((one) => one.name)).toEqual(['TLP:RED', 'North']);
  }
});

it('keeps the newest files, and no file of others is deleted', async () => {
  const notifier = create({ folder, keep: 2 });
  writeFileSync(join(folder, 'notes.stix.json'), '');
  for (const sequence of [1, 2, 3]) await notifier.notify(changeOf(sequence), signal);
  expect(readdirSync(folder)).toEqual([
    '0000000000000002-ALT-000017.stix.json',
    '0000000000000003-ALT-000017.stix.json',
    'notes.stix.json',
  ]);
});

it('has a canary in a file of its own, which is no bundle', async () => {
  const notifier = create();
  await notifier.canary({ id: 'canary-1', time: 1 }, signal);
  await notifier.canary({ id: 'canary-2', time: 2 }, signal);
  expect(readdirSync(join(folder, 'out'))).toEqual(['scadawatch-canary.txt']);
  expect(readFileSync(join(folder, 'out', 'scadawatch-canary.txt'), 'utf8')).toContain('canary-2');
});

it('is called again if the folder cannot be written', async () => {
  writeFileSync(join(folder, 'out'), '');
  await expect(create().notify(changeOf(), signal)).rejects.toMatchObject({ kind: 'retryable', code: 'NOTIFY_FAILED' });
});
