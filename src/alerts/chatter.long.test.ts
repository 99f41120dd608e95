// Long: 86 400 cycles of a chattering tag take a minute of CPU.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { expectBounded } from '../../test/support/chatter.ts';

// long: 24 plant hours write 2900 changes, each synced to disk, which takes most of a minute on a slow one

it('a condition that chatters once a second for 24 hours adds less than 50 MB on disk and 20 MB in memory', () => {
  const dir = mkdtempSync(join(tmpdir(), 'scadawatch-chatter-'));
  try {
    expect(expectBounded(dir, 86_400).diskBytes).toBeLessThan(50e6);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}, 300_000);
