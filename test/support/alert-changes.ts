import type { Alert, AlertChange } from '../../src/core/alert.ts';
import type { AlertDigest } from '../../src/core/notifier.ts';

const at = Date.UTC(2026, 10, 24, 3, 12);

/** An intrusion at a dosing set-point, as the traffic detector and the process explain it. */
export const intrusion: Alert = {
  id: 'ALT-000017',
  incident: 'INC-000017',
  priority: 1,
  state: 'B',
  title: '10.0.0.66 writes CL.SP 1.00 → 0.30 mg/L',
  area: 'disinfection',
  equipment: 'CL',
  device: 'plc1',
  network: true,
  tags: ['CL.SP', 'CL.AT01'],
  since: at,
  raisedAt: at + 2_000,
  changedAt: at + 2_000,
  findings: [
    {
      id: 'f-1',
      detector: 'traffic',
      channel: 'plc1 write',
      tags: ['CL.SP'],
      since: at,
      beganAt: at + 1_000,
      score: 3,
      peak: 3.5,
      certainty: { kind: 'calibrated', onceInDays: 40, learnedDays: 10, beyond: true },
      explanation: {
        title: '10.0.0.66 writes CL.SP 1.00 → 0.30 mg/L',
        sentence: '10.0.0.66 writes CL.SP 1.00 → 0.30 mg/L. Only 10.0.0.5 writes it in normal operation.',
        contributions: [{ tag: 'CL.SP', share: -1, unit: 'mg/L', measured: 0.3, expected: 1 }],
        normalIf: '',
        techniques: ['T1692.001'],
        clients: ['10.0.0.66'],
      },
      network: true,
    },
  ],
  explanation: {
    title: '10.0.0.66 writes CL.SP 1.00 → 0.30 mg/L',
    sentence: '10.0.0.66 writes CL.SP 1.00 → 0.30 mg/L. Only 10.0.0.5 writes it in normal operation.',
    contributions: [{ tag: 'CL.SP', share: -1, unit: 'mg/L', measured: 0.3, expected: 1 }],
    normalIf: '',
    techniques: ['T1692.001'],
    clients: ['10.0.0.66'],
    writes: [{ client: '10.0.0.66', tag: 'CL.SP', before: 1, after: 0.3, change: '1.00 → 0.30 mg/L' }],
  },
  techniques: [{ id: 'T1692.001', name: 'Command Message', idV18: 'T0855', version: '19', certainty: 'seen' }],
  response: 'Restore the set-point\nCall the shift engineer',
};

/** A change of an alert. */
export const changeOf = (sequence = 1, more: Partial<AlertChange> = {}): AlertChange => ({
  sequence,
  time: at + 2_000,
  kind: 'raised',
  by: { role: 'monitor', session: 'monitor' },
  alert: intrusion,
  ...more,
});

/** A digest of changes. */
export const digestOf = (latest: readonly AlertChange[], more: Partial<AlertDigest> = {}): AlertDigest => ({
  from: at,
  to: at + 2_000,
  changes: latest.length,
  raised: latest.length,
  omitted: 0,
  latest,
  ...more,
});
