import { describe, expect, it } from 'vitest';
import { anAlert } from '../../../dashboard/server/testing/fake-alerts.ts';
import { detectors } from '../../../detectors/index.ts';
import type { Alert, AlertFinding } from '../../core/alert.ts';
import type { BaselineLine } from '../../core/monitor.ts';
import { learnableIn, type LearningBasis } from './learn-alert.ts';

const line = (detector: string, more: Partial<BaselineLine> = {}): BaselineLine => ({
  detector,
  channel: 'LT01',
  name: '',
  tags: ['LT01'],
  unit: 'm',
  figures: {},
  editable: [],
  threshold: 2,
  ...more,
});
const basis = (lines: readonly BaselineLine[]): LearningBasis => ({
  lines,
  learnedAt: 1_000,
  learnedThreshold: () => 2,
  pluginOf: (detector) => detectors.find(({ type }) => type === detector),
});
const finding = (detector: string, peak: number, more: Partial<AlertFinding> = {}): AlertFinding => ({
  id: 'F-1',
  detector,
  channel: 'LT01',
  tags: ['LT01'],
  since: 5_000,
  beganAt: 5_000,
  score: 1,
  peak,
  explanation: anAlert('ALT-1', 'B').explanation,
  ...more,
});
const alert = (findings: readonly AlertFinding[], more: Partial<Alert> = {}): Alert => ({
  ...anAlert('ALT-1', 'B'),
  findings,
  ...more,
});
const learned = (of: Alert, ...lines: readonly BaselineLine[]) => learnableIn(of, basis(lines));

describe('learning an alert as normal', () => {
  it('raises the threshold of each finding to just above what the alert has shown', () => {
    const { raises, refused } = learned(
      alert([finding('range', 3), finding('profile', 1.2), finding('range', 2)]),
      line('range'),
      line('profile', { threshold: 4, followed: { since: 2_000, by: 0.1 } }),
    );
    expect(refused).toBeUndefined();
    expect(raises).toEqual([
      { detector: 'range', channel: 'LT01', tags: 1, from: 2, to: expect.closeTo(6.3, 9) as number },
      // slow change had raised the threshold when the score was computed
      { detector: 'profile', channel: 'LT01', tags: 1, from: 4, to: expect.closeTo(4 * 1.1 * 1.2 * 1.05, 9) as number },
    ]);
  });

  it('raises no threshold more than tenfold at once, and none by a score that is no number', () => {
    expect(learned(alert([finding('range', 9.5)]), line('range')).raises).toHaveLength(1);
    for (const peak of [9.6, Number.POSITIVE_INFINITY, Number.NaN])
      expect(learned(alert([finding('range', peak)]), line('range'))).toEqual({
        raises: [],
        refused: expect.stringMatching(/more than tenfold.*Calibrate with days.*shelve/) as string,
      });
  });

  it('raises no threshold more than tenfold in several acts, one after the other', () => {
    let now = 2;
    let acts = 0;
    for (let peak = 1.5; acts < 20; acts++) {
      const raised = acts === 0 ? {} : { raised: { by: 'engineer', at: 4_000, alert: `ALT-${acts}`, was: 1, to: now } };
      const { raises, refused } = learned(
        { ...alert([finding('range', peak)]), id: 'ALT-99' },
        line('range', { threshold: now, ...raised }),
      );
      const [raise] = raises;
      if (raise === undefined) {
        expect(refused).toMatch(/tenfold above the learned one, all raises together/);
        break;
      }
      now = raise.to;
    }
    // 2 · (1.5 · 1.05)⁵ is below 20, the sixth act above
    expect([acts, now]).toEqual([5, expect.closeTo(2 * 1.575 ** 5, 9)]);
  });

  it.each<[string, Alert, RegExp]>([
    ['a stated rule', alert([finding('range', 2), finding('limits', 2)]), /limits judges by a rule.*Change the rule/],
    ['an adaptive threshold', alert([finding('novelty', 2)]), /novelty adapts by itself/],
    ['minor findings', alert([finding('habits', 0.9)]), /habits adapts by itself/],
    ['the monitor itself', alert([finding('monitor', 1)]), /monitor has no learned threshold/],
    ['an act on the network', alert([finding('traffic', 2, { network: true })]), /hide others.*under clients/],
    ['a network alert', alert([finding('range', 2)], { network: true }), /hide others/],
    ['an intrusion', alert([finding('range', 2)], { latching: true }), /is an intrusion.*never learned/],
    ['an alert out of service', alert([finding('range', 2)], { state: 'I' }), /out of service/],
    ['a suppressed alert', alert([finding('range', 2)], { state: 'H' }), /suppressed by design/],
    [
      'a true alert',
      alert([finding('range', 2)], { verdict: { word: 'true', at: 1, by: { role: 'operator' } } }),
      /verdict on this alert is true/,
    ],
    ['unlisted findings', alert([finding('range', 2)], { unlisted: { findings: 3, open: 0 } }), /more findings than are stored/],
    ['no findings', alert([]), /no stored findings/],
    ['an earlier baseline', alert([finding('range', 2, { beganAt: 999 })]), /has changed since this alert began/],
    ['an unknown channel', alert([finding('range', 2, { channel: undefined })]), /no threshold of the detector range/],
  ])('is refused for %s, as a whole and with what to do', (_, of, text) => {
    const { raises, refused } = learned(of, line('range'), line('novelty'), line('limits'));
    expect(raises).toEqual([]);
    expect(refused).toMatch(text);
  });

  it('is refused if a person has changed the entry since the alert began, or has unlearned it', () => {
    const mark = { by: 'engineer', at: 6_000 };
    const of = alert([finding('range', 2)]);
    const raised = { ...mark, alert: 'ALT-0', was: 1, to: 2 };
    expect(learned(of, line('range', { raised })).refused).toMatch(/has changed since/);
    expect(learned(of, line('range', { raised: { ...raised, alert: 'ALT-1' } })).refused).toMatch(/learned as normal already/);
    expect(learned(of, line('range', { edited: { ...mark, was: {} } })).refused).toMatch(/has changed since/);
    expect(learned(of, line('range', { unlearned: mark })).refused).toMatch(/no threshold/);
    expect(learned(of, line('range', { raised: { ...raised, at: 4_000 } })).raises).toMatchObject([{ from: 2 }]);
  });
});
