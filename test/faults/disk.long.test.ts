// Long: a monitor must report each fault of its disk, be used under it and recover from it, which takes about 15 s each.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { DiskTrial } from '../support/disk-trial.ts';
import type { DiskFault } from '../support/faulty-disk.ts';
import { findPeer } from '../support/peers.ts';

const compiler = findPeer('cc')?.path;

describe.skipIf(compiler === undefined)('a monitor', () => {
  it.each<DiskFault>(['read-only', 'broken', 'slow', 'hung'])(
    'goes on with a disk that is %s, and ends within 10 s of SIGTERM under it',
    async (fault) => {
      await using trial = await DiskTrial.start(compiler ?? '');
      await trial.survive(
        () => trial.disk.set(fault),
        () => trial.disk.set('none'),
      );
      trial.disk.set(fault);
      await trial.crossLimit();
      await trial.stop();
    },
  );

  it('goes on while state.db is locked and while the disk is full, and names at SIGTERM what it could not save', async () => {
    await using trial = await DiskTrial.start(compiler ?? '');
    {
      using other = new DatabaseSync(join(trial.data, 'state.db'));
      await trial.survive(
        () => other.exec('BEGIN EXCLUSIVE'),
        () => other.exec('ROLLBACK'),
      );
    }
    await trial.survive(
      () => trial.disk.set('full'),
      () => trial.disk.set('none'),
    );

    const kept = await trial.audit();
    for (const action of ['alert.acknowledged', 'alarm-record.proposed'])
      expect(kept.filter((entry) => entry.action === action)).toHaveLength(2);
    trial.disk.set('full');
    const { id } = await trial.crossLimit();
    await trial.acknowledgeUnsaved(id);
    await trial.stop();
    expect(trial.monitor.output).toMatch(/writes are not saved\n/);
    expect(trial.monitor.output).toMatch(new RegExp(`not saved: alert ${id} acknowledged by admin`));

    trial.disk.set('none');
    await trial.restart('alarmBudget: 12\n');
    expect((await trial.audit()).slice(-kept.length)).toEqual(kept);
    await trial.confirmUnderFullDisk();
  });

  it('ends within 10 s of SIGTERM while another process holds state.db', async () => {
    await using trial = await DiskTrial.start(compiler ?? '');
    using other = new DatabaseSync(join(trial.data, 'state.db'));
    other.exec('BEGIN EXCLUSIVE');
    const { id } = await trial.crossLimit();
    await trial.acknowledgeUnsaved(id);
    await trial.stop();
    expect(trial.monitor.output).toMatch(new RegExp(`not saved: alert ${id} acknowledged by admin`));
  });
});
