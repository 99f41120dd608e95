import { expect, it } from 'vitest';
import type { Alert } from '../../../../../src/core/alert.ts';
import { sampleAlert } from '../../testing/sample-alert.ts';
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
