import { describe, expect, it } from 'vitest';
import type { AlertChange } from '../../../../src/core/alert.ts';
import { sampleAlert } from '../testing/sample-alert.ts';
import { AlertBook } from './alert-book.ts';

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
const ids = (book: AlertBook): string[] => book.alerts.map((alert) => alert.id);

describe('the alert book', () => {
  it('begins with a snapshot and goes on by changes', () => {
    const book = new AlertBook();
    expect(book.position).toEqual({});
    expect(book.takeSnapshot(snapshot(7, ['a', 'b']))).toBe('changed');
    expect(book.takeChanges(changes([change(8, 'c'), change(9, 'a', 'C')]))).toBe('changed');
    expect(ids(book)).toEqual(['a', 'b', 'c']);
    expect(book.alerts[0]?.state).toBe('C');
    expect(book.position).toEqual({ epoch: 'e1', sequence: 9 });
  });

  it('marks what is not on disk yet, until it is', () => {
    const book = new AlertBook();
    const marks = (): (number | undefined)[] => book.alerts.map(({ notSaved }) => notSaved);
    book.takeSnapshot(snapshot(7, ['a']));
    book.takeChanges({ ...changes([change(8, 'a', 'C'), change(9, 'b')]), saved: 8 });
    expect(marks()).toEqual([undefined, 9]);
    book.takeChanges({ ...changes([change(10, 'a')]), saved: 8 });
    expect(marks()).toEqual([10, 9]);
    book.takeChanges({ ...changes([]), saved: 9 });
    expect(marks()).toEqual([10, undefined]);
    book.takeChanges(changes([]));
    expect(marks()).toEqual([undefined, undefined]);
  });

  it('shows nothing of a snapshot before its last part', () => {
    const book = new AlertBook();
    book.takeSnapshot(snapshot(3, ['old']));
    expect(book.takeSnapshot(snapshot(9, ['a'], { last: false }))).toBe('waiting');
    expect(ids(book)).toEqual(['old']);
    expect(book.takeSnapshot(snapshot(9, ['b'], { first: false }))).toBe('changed');
    expect(ids(book)).toEqual(['a', 'b']);
  });

  it('takes no change twice where two answers overlap', () => {
    const book = new AlertBook();
    book.takeSnapshot(snapshot(7, ['a']));
    book.takeChanges(changes([change(8, 'a', 'C')]));
    expect(book.takeChanges(changes([change(8, 'a', 'B'), change(9, 'b')]))).toBe('changed');
    expect(book.alerts.find((alert) => alert.id === 'a')?.state).toBe('C');
    expect(book.position.sequence).toBe(9);
  });

  it('asks anew when a change is missing or the epoch is another one', () => {
    const gap = new AlertBook();
    gap.takeSnapshot(snapshot(7, ['a']));
    expect(gap.takeChanges(changes([change(9, 'b')]))).toBe('lost');
    expect(gap.position).toEqual({});
    const restarted = new AlertBook();
    restarted.takeSnapshot(snapshot(7, ['a']));
    expect(restarted.takeChanges(changes([], 'e2'))).toBe('lost');
    expect(new AlertBook().takeSnapshot(snapshot(1, ['x'], { first: false }))).toBe('lost');
  });

  it('keeps what it shows until the new snapshot has come', () => {
    const book = new AlertBook();
    book.takeSnapshot(snapshot(7, ['a']));
    book.takeChanges(changes([change(9, 'b')]));
    expect(ids(book)).toEqual(['a']);
  });

  it('fills in cleared alerts without overruling the stream, and lets go of old ones', () => {
    const book = new AlertBook();
    book.takeSnapshot(snapshot(7, ['a']));
    book.addClosed([
      sampleAlert('a', { state: 'A' }),
      sampleAlert('old', { state: 'A', changedAt: 50 }),
      sampleAlert('new', { state: 'A', changedAt: 500 }),
    ]);
    expect(book.alerts.find((alert) => alert.id === 'a')?.state).toBe('B');
    book.forgetClosedBefore(100);
    expect(ids(book)).toEqual(['a', 'new']);
  });
});
