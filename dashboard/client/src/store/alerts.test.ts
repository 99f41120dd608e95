import { expect, it } from 'vitest';
import { changeOf, intrusion } from '../../../../test/support/alert-changes.ts';
import { createAlerts } from './alerts.ts';

it('sounds for an alert that is raised, raised again or escalated, not for an update or an acknowledgement', () => {
  const alerts = createAlerts(() => Number.NaN);
  const sounded: string[] = [];
  alerts.onRaised(({ id }) => void sounded.push(id));
  alerts.take({
    type: 'alert-snapshot',
    recovered: false,
    epoch: 'e',
    sequence: 0,
    first: true,
    last: true,
    alerts: [],
  });
  const kinds = ['raised', 'updated', 'acknowledged', 'recurred', 'acknowledged', 'realarmed', 'escalated'] as const;
  const changes = kinds.map((kind, i) => {
    const state = kind === 'acknowledged' ? ('C' as const) : ('B' as const);
    return changeOf(i + 1, { kind, alert: { ...intrusion, id: 'ALT-1', state } });
  });
  for (const change of changes) {
    const before = sounded.length;
    alerts.take({ type: 'alert-changes', recovered: true, epoch: 'e', changes: [change] });
    expect([change.kind, sounded.length > before]).toEqual([
      change.kind,
      change.kind !== 'updated' && change.kind !== 'acknowledged',
    ]);
  }
});
