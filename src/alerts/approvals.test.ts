import { expect, it } from 'vitest';
import { memoryApprovals } from '../../dashboard/server/testing/fake-operation.ts';
import type { ApprovalRequest, ReducingAct } from '../core/approvals.ts';
import type { ChangedConfiguration, ConfigurationControl } from '../core/changed-configuration.ts';
import { VirtualClock } from '../core/clock.ts';
import type { AuditEntry } from '../core/state.ts';

const anna = { role: 'engineer', session: 's1', user: 'anna' };
const bert = { role: 'admin', session: 's2', user: 'bert' };
const unlearn = (channel: string): ReducingAct => ({ kind: 'unlearn', line: { detector: 'range', channel, name: '' } });

function approvals() {
  const clock = new VirtualClock(0);
  const stored: ApprovalRequest[] = [];
  const audited: AuditEntry[] = [];
  const audit = { append: (entry: AuditEntry) => void audited.push(entry) };
  const open = (configuration?: Pick<ConfigurationControl, 'open'>) =>
    memoryApprovals(audit, clock, true, stored, { configuration });
  return { clock, audited, open };
}

it('keeps a request across a restart and ends it after a day without its act', async () => {
  const { clock, audited, open } = approvals();
  const { id } = await open().request(unlearn('LT-1'), anna, 'r');
  await clock.advance(86_399_999);
  const again = open();
  expect(again.waiting()).toMatchObject([{ id, by: anna }]);
  await clock.advance(1);
  await expect(again.approve(id, bert, 'ok', async () => expect.unreachable())).rejects.toThrow('does not wait any more');
  expect(audited.map(({ action, role }) => [action, role])).toEqual([
    ['approval.requested', 'engineer'],
    ['approval.expired', 'monitor'],
  ]);
  expect(open().waiting()).toEqual([]);
});

it('ends the confirmation of a changed configuration that was undone, or has become another one', async () => {
  const { audited, open } = approvals();
  const confirm = (change: string): ReducingAct => ({ kind: 'configuration', change, text: 'detector frozen disabled' });
  const changed = (id: string): ChangedConfiguration => ({ id, at: 0, file: 'plant.yaml', settings: [] });
  const first = open({ open: () => changed('a') });
  await first.request(confirm('a'), anna, 'r');
  const other = await first.request(unlearn('LT-1'), anna, 'r');
  expect(first.waiting()).toHaveLength(2);
  const again = open({ open: () => changed('b') });
  expect(again.waiting()).toEqual([other]);
  await again.request(confirm('b'), anna, 'r');
  expect(open({ open: () => undefined }).waiting()).toEqual([other]);
  expect(audited.filter(({ role }) => role === 'monitor').map(({ action, before }) => [action, before])).toEqual([
    ['approval.void', 'requested by anna, engineer'],
    ['approval.void', 'requested by anna, engineer'],
  ]);
});

it('performs an act once, also if two users approve it at the same time', async () => {
  const { open } = approvals();
  const all = open();
  const { id } = await all.request(unlearn('LT-1'), anna, 'r');
  let acts = 0;
  const both = [bert, { ...bert, user: 'carl' }].map(async (by) => await all.approve(id, by, 'ok', async () => void acts++));
  const outcomes = await Promise.allSettled(both);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect(acts).toBe(1);
});

it('refuses more than 50 waiting requests', async () => {
  const { open } = approvals();
  const all = open();
  for (let i = 0; i < 50; i++) await all.request(unlearn(`LT-${i}`), anna, 'r');
  await expect(all.request(unlearn('LT-50'), anna, 'r')).rejects.toThrow('50 requests wait');
  await all.reject(all.waiting()[0]?.id ?? '', anna, 'not needed');
  expect((await all.request(unlearn('LT-50'), anna, 'r')).reason).toBe('r');
});
