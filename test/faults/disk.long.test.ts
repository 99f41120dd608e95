// Long: a monitor must report each fault of its disk, be used under it and recover from it, which takes about 15 s each.
import { describe, it } from 'vitest';
import { DiskTrial } from '../support/disk-trial.ts';
import type { DiskFault } from '../support/faulty-disk.ts';
import { findPeer } from '../support/peers.ts';

const compiler = findPeer('cc')?.path;

describe.skipIf(compiler === undefined)('a monitor', () => {
  it.each<DiskFault>(['read-only', 'broken', 'slow', 'hung'])(
    'goes on with a disk that is %s, and ends at SIGTERM under it',
    async (fault) => {
      await using trial = await DiskTrial.start(compiler ?? '');
      await trial.survive(
        () => trial.disk.set(fault),
        () => trial.disk.set('none'),
      );
      trial.disk.set(fault);
      await trial.crossLimit();
      await trial.monitor.end('SIGTERM');
    },
    240_000,
  );
});
