import { expect, it } from 'vitest';
import type { Alert } from '../../../../../src/core/alert.ts';
import { sampleAlert, sampleHeadline as headline } from '../../testing/sample-alert.ts';
import { incidentsOf } from './incidents.ts';

const physical = (alert: Alert): Alert => {
  const { id, tags, since, explanation } = alert;
  const finding = { id, detector: 'discrete', tags, since, beganAt: since, score: 2, peak: 2, explanation };
  return { ...alert, findings: [{ ...finding, physical: true }] };
};

it('is represented by its most urgent alert, then by a fact of the process, then by the first-out', () => {
  const pattern = sampleAlert('pattern', { since: 1_000, raisedAt: 1_000 });
  const first = physical(sampleAlert('pump stopped', { since: 2_000, raisedAt: 2_000 }));
  const later = physical(sampleAlert('flow is 0', { since: 3_000, raisedAt: 3_000 }));
  const worstOf = (...alerts: Alert[]) => incidentsOf(alerts)[0]?.worst.id;
  expect(worstOf(pattern, later, first)).toBe('pump stopped');
  expect(worstOf(pattern, later, { ...first, state: 'C' })).toBe('flow is 0');
  expect(worstOf({ ...pattern, priority: 1 }, first)).toBe('pattern');
  expect(worstOf(pattern)).toBe('pattern');
});

it('has the headline that was composed last, also if its first alert is closed; the worst alert if there is none', () => {
  const early = sampleAlert('early', { ...headline('127.0.0.66 writes', 1_000), incident: 'INC-1' });
  const late = sampleAlert('late', { ...headline('All pumps stopped', 2_000), incident: 'INC-1' });
  const titleOf = (...alerts: Alert[]) => incidentsOf(alerts)[0]?.title;
  expect(titleOf(early, late)).toBe('All pumps stopped');
  expect(titleOf(late)).toBe('All pumps stopped');
  expect(titleOf(sampleAlert('of an earlier version', {}))).toBe(sampleAlert('of an earlier version', {}).title);
});
