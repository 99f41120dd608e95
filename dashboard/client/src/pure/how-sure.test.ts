import { describe, expect, it } from 'vitest';
import type { AlertFinding } from '../../../../src/core/alert.ts';
import type { Certainty } from '../../../../src/core/finding.ts';
import { sampleAlert } from '../testing/sample-alert.ts';
import { howSure } from './how-sure.ts';

const { explanation } = sampleAlert('A1');
const finding = (certainty: Certainty | undefined, title = explanation.title): AlertFinding => ({
  id: title,
  detector: 'range',
  tags: [],
  since: 0,
  beganAt: 0,
  score: 2,
  peak: 2,
  certainty,
  explanation: { ...explanation, title },
});
const rare = (onceInDays: number, learnedDays: number, beyond = false): Certainty => ({
  kind: 'calibrated',
  onceInDays,
  learnedDays,
  beyond,
});
const said = (...findings: AlertFinding[]): string => howSure({ findings, explanation });

describe('how sure an alert is', () => {
  it('is told by how rarely normal running does the same, with no more figures than that is known by', () => {
    expect(said(finding(rare(41.7, 3)))).toBe('Normal running does this about once in 42 days, by what 3 days of it taught.');
    expect(said(finding(rare(300, 3, true)))).toContain('more seldom than once in 300 days');
    expect(said(finding(rare(0.21, 0.04)))).toContain('about once in 5 hours, by what an hour of it taught');
  });

  it('is that of the finding whose words are shown, and else of the rarest', () => {
    expect(said(finding(rare(50, 3)), finding(rare(900, 3), 'other'))).toContain('50 days');
    expect(said(finding(rare(50, 3), 'one'), finding(rare(90, 3), 'other'))).toContain('90 days');
  });

  it('is not estimated for a stated rule, while learning, or where an earlier version kept nothing of it', () => {
    expect(said(finding({ kind: 'stated' }))).toContain('stated');
    expect(said(finding({ kind: 'learning' }))).toContain('Still learning');
    expect(said(finding(undefined))).toBe('');
  });
});
