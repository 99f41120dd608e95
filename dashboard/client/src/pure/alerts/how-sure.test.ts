import { describe, expect, it } from 'vitest';
import type { AlertFinding } from '../../../../../src/core/alert.ts';
import type { Certainty } from '../../../../../src/core/finding.ts';
import { sampleAlert } from '../../testing/sample-alert.ts';
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

describe('the certainty of an alert', () => {
  it('is the rarity in normal operation, to two significant digits', () => {
    expect(said(finding(rare(41.7, 3)))).toBe('Normal operation causes this about once in 42 d, estimated from 3 d of data.');
    expect(said(finding(rare(300, 3, true)))).toContain('less than once in 300 d');
    expect(said(finding(rare(0.21, 0.04)))).toContain('about once in 5 h, estimated from 1 h of data');
  });

  it('is that of the shown finding, otherwise of the rarest', () => {
    expect(said(finding(rare(50, 3)), finding(rare(900, 3), 'other'))).toContain('50 d');
    expect(said(finding(rare(50, 3), 'one'), finding(rare(90, 3), 'other'))).toContain('90 d');
  });

  it('is not estimated for a stated rule, while learning, or without stored data', () => {
    expect(said(finding({ kind: 'stated' }))).toContain('configured limit or rule');
    expect(said(finding({ kind: 'learning' }))).toContain('Still learning');
    expect(said(finding(undefined))).toBe('');
    expect(said({ ...finding({ kind: 'stated' }), detector: 'self-watch' })).toBe('');
  });
});
