import type { Alert } from '../../../../src/core/alert.ts';

/** A headline of an incident, composed at `at`. */
export const sampleHeadline = (title: string, at: number): Pick<Alert, 'headline'> => ({
  headline: { title, sentence: `${title}.`, at },
});

/** An alert for tests. */
export const sampleAlert = (id: string, more: Partial<Alert> = {}): Alert => ({
  id,
  incident: 'INC-1',
  priority: 2,
  state: 'B',
  title: `Alert ${id}`,
  area: 'clearwell',
  equipment: 'CW',
  tags: ['CW.LT01'],
  since: 1000,
  raisedAt: 2000,
  changedAt: 2000,
  findings: [],
  explanation: { sentence: 'It stays where it was.', title: `Alert ${id}`, contributions: [], normalIf: '', techniques: [] },
  techniques: [],
  response: '',
  ...more,
});
