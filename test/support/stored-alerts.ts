import { type Alert, type AlertChange, AlertState } from '../../src/core/alert.ts';

/** An unacknowledged anomaly of a level, for tests of the state database. */
export const alertOf = (id: string, over: Partial<Alert> = {}): Alert => ({
  id,
  incident: 'INC-1',
  priority: 'A',
  state: AlertState.Unacknowledged,
  title: 'Level rises',
  area: 'clearwell',
  equipment: 'CW1',
  tags: ['CW.LT01'],
  since: 1,
  raisedAt: 2,
  changedAt: 3,
  findings: [],
  explanation: {
    sentence: 'Level rises while the inflow is closed.',
    title: 'Level rises',
    contributions: [{ tag: 'CW.LT01', share: 1, unit: 'm', measured: 4, expected: Number.NaN }],
    normalIf: 'the inflow were open',
    techniques: ['T0856'],
  },
  techniques: [],
  response: '',
  ...over,
});

/** The change by which the monitor raises an alert, at 1000 ms + sequence. */
export const changeOf = (sequence: number, alert: Alert, over: Partial<AlertChange> = {}): AlertChange => ({
  sequence,
  time: 1000 + sequence,
  kind: 'raised',
  by: { role: 'monitor', session: 'monitor' },
  alert,
  ...over,
});
