import { describe, expect, it } from 'vitest';
import { sampleAlert } from '../../testing/sample-alert.ts';
import { lastedText, repeatsText, returnTime } from './alert-words.ts';
import { incidentEnd } from './incidents.ts';

const minute = 60_000;

describe('the duration of an alert', () => {
  it('ends with its condition, acknowledged or not', () => {
    const since = 0;
    const later = 90 * minute;
    for (const state of ['D', 'E', 'F', 'A'] as const) {
      const alert = sampleAlert(state, { state, since, returnedAt: 5 * minute, changedAt: 60 * minute });
      expect(lastedText(alert, later), state).toBe(lastedText(alert, 2 * later));
      expect(returnTime(alert), state).toBe(5 * minute);
    }
    for (const state of ['B', 'C'] as const) {
      const alert = sampleAlert(state, { state, since });
      expect(returnTime(alert), state).toBeUndefined();
      expect(lastedText(alert, later), state).not.toBe(lastedText(alert, 2 * later));
    }
  });

  it('ends with its condition if the alert is out of service', () => {
    expect(returnTime(sampleAlert('a', { state: 'I', returnedAt: 7 }))).toBe(7);
    expect(returnTime(sampleAlert('a', { state: 'I' }))).toBeUndefined();
  });

  it('ends with the last condition of an incident', () => {
    const gone = sampleAlert('a', { state: 'D', returnedAt: 20 });
    const cleared = sampleAlert('b', { state: 'A', returnedAt: 30 });
    expect(incidentEnd([gone, cleared])).toBe(30);
    expect(incidentEnd([gone, cleared, sampleAlert('c', { state: 'C' })])).toBeUndefined();
  });
});

describe('the repeats of an alert', () => {
  const finding = (since: number, times?: number) => ({
    id: `${since}`,
    detector: 'limits',
    tags: ['CW.LT01'],
    since,
    beganAt: since,
    score: 1,
    peak: 1,
    times,
    explanation: { sentence: '', title: '', contributions: [], normalIf: '', techniques: [] },
  });

  it('are those of the most frequent finding', () => {
    const at = (time: number): string => `t${time}`;
    expect(repeatsText(sampleAlert('a', { findings: [finding(1), finding(2, 158), finding(3, 4)] }), at)).toBe(
      '158 times since t2',
    );
    expect(repeatsText(sampleAlert('a', { findings: [finding(1)] }), at)).toBe('');
    expect(repeatsText(sampleAlert('a'), at)).toBe('');
  });
});
