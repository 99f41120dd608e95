import { describe, expect, it } from 'vitest';
import type { AlertChange } from '../../../../../src/core/alert.ts';
import { sampleAlert, sampleHeadline } from '../../testing/sample-alert.ts';
import { AlertReplica } from './alert-replica.ts';

const change = (sequence: number, id: string, state: 'A' | 'B' | 'C' = 'B'): AlertChange => ({
  sequence,
  time: sequence,
  kind: 'updated',
  by: { role: 'monitor', session: 'monitor' },
  alert: sampleAlert(id, { state }),
});
const snapshot = (sequence: number, ids: readonly string[], part: { first?: boolean; last?: boolean; epoch?: string } = {}) => ({
  type: 'alert-snapshot' as const,
  recovered: false as const,
  epoch: part.epoch ?? 'e1',
  sequence,
  first: part.first ?? true,
  last: part.last ?? true,
  alerts: ids.map((id) => sampleAlert(id)),
});
const changes = (list: readonly AlertChange[], epoch = 'e1') => ({
  type: 'alert-changes' as const,
  recovered: true as const,
  epoch,
  changes: list,
});
const ids = (replica: AlertReplica): string[] => replica.alerts.map((alert) => alert.id);

describe('the replica of the alerts', () => {
  it('starts with a snapshot and continues with changes', () => {
    const replica = new AlertReplica();
    expect(replica.position).toEqual({});
    expect(replica.takeSnapshot(snapshot(7, ['a', 'b']))).toBe('changed');
    expect(replica.takeChanges(changes([change(8, 'c'), change(9, 'a', 'C')]))).toBe('changed');
    expect(ids(replica)).toEqual(['a', 'b', 'c']);
    expect(replica.alerts[0]?.state).toBe('C');
    expect(replica.position).toEqual({ epoch: 'e1', sequence: 9 });
  });

  it('gives all alerts of an incident its last headline, also when the alert that brought it is forgotten', () => {
    const replica = new AlertReplica();
    const titles = (): (string | undefined)[] => replica.alerts.map(({ headline }) => headline?.title);
    replica.takeSnapshot({ ...snapshot(1, []), alerts: [sampleAlert('a', sampleHeadline('One pump stopped', 10))] });
    const closed = sampleAlert('b', { state: 'A', changedAt: 20, ...sampleHeadline('All pumps stopped', 20) });
    replica.takeChanges(changes([{ ...change(2, 'b'), alert: closed }]));
    expect(titles()).toEqual(['All pumps stopped', 'All pumps stopped']);
    replica.forgetClosedBefore(30);
    expect(titles()).toEqual(['All pumps stopped']);
    replica.takeSnapshot(snapshot(3, ['of an earlier version']));
    expect(titles()).toEqual([undefined]);
  });

  it('marks changes until they are on disk', () => {
    const replica = new AlertReplica();
    const marks = (): (number | undefined)[] => replica.alerts.map(({ notSaved }) => notSaved);
    replica.takeSnapshot(snapshot(7, ['a']));
    replica.takeChanges({ ...changes([change(8, 'a', 'C'), change(9, 'b')]), saved: 8 });
    expect(marks()).toEqual([undefined, 9]);
    replica.takeChanges({ ...changes([change(10, 'a')]), saved: 8 });
    expect(marks()).toEqual([10, 9]);
    replica.takeChanges({ ...changes([]), saved: 9 });
    expect(marks()).toEqual([10, undefined]);
    replica.takeChanges(changes([]));
    expect(marks()).toEqual([undefined, undefined]);
  });

  it('shows a snapshot only when it is complete', () => {
    const replica = new AlertReplica();
    replica.takeSnapshot(snapshot(3, ['old']));
    expect(replica.takeSnapshot(snapshot(9, ['a'], { last: false }))).toBe('waiting');
    expect(ids(replica)).toEqual(['old']);
    expect(replica.takeSnapshot(snapshot(9, ['b'], { first: false }))).toBe('changed');
    expect(ids(replica)).toEqual(['a', 'b']);
  });

  it('applies a change once if two answers overlap', () => {
    const replica = new AlertReplica();
    replica.takeSnapshot(snapshot(7, ['a']));
    replica.takeChanges(changes([change(8, 'a', 'C')]));
    expect(replica.takeChanges(changes([change(8, 'a', 'B'), change(9, 'b')]))).toBe('changed');
    expect(replica.alerts.find((alert) => alert.id === 'a')?.state).toBe('C');
    expect(replica.position.sequence).toBe(9);
  });

  it('requests the stream again after a missing change or in another epoch', () => {
    const gap = new AlertReplica();
    gap.takeSnapshot(snapshot(7, ['a']));
    expect(gap.takeChanges(changes([change(9, 'b')]))).toBe('lost');
    expect(gap.position).toEqual({});
    const restarted = new AlertReplica();
    restarted.takeSnapshot(snapshot(7, ['a']));
    expect(restarted.takeChanges(changes([], 'e2'))).toBe('lost');
    expect(new AlertReplica().takeSnapshot(snapshot(1, ['x'], { first: false }))).toBe('lost');
  });

  it('keeps its alerts until the new snapshot is complete', () => {
    const replica = new AlertReplica();
    replica.takeSnapshot(snapshot(7, ['a']));
    replica.takeChanges(changes([change(9, 'b')]));
    expect(ids(replica)).toEqual(['a']);
  });

  it('adds cleared alerts without replacing those of the stream, and removes old ones', () => {
    const replica = new AlertReplica();
    replica.takeSnapshot(snapshot(7, ['a']));
    replica.addClosed([
      sampleAlert('a', { state: 'A' }),
      sampleAlert('old', { state: 'A', changedAt: 50 }),
      sampleAlert('new', { state: 'A', changedAt: 500 }),
    ]);
    expect(replica.alerts.find((alert) => alert.id === 'a')?.state).toBe('B');
    replica.forgetClosedBefore(100);
    expect(ids(replica)).toEqual(['a', 'new']);
  });
});
