import type { AlertFeed } from '../core/monitor.ts';
import type { Unconfirmed } from './configuration/unconfirmed.ts';
import type { SelfWatch } from './self-watch.ts';

type Alerts = Pick<AlertFeed, 'open' | 'comment'>;

/** Raises the alarm about changed settings of the configuration, and ends it when they are confirmed. */
export function watchConfiguration(configuration: Unconfirmed | undefined, alerts: Alerts, selfWatch: SelfWatch): void {
  if (configuration?.note !== undefined) selfWatch.noteNotice(configuration.note);
  const changed = configuration?.open();
  if (changed === undefined) return;
  const end = selfWatch.noteConfiguration(changed);
  configuration?.onConfirmed((by, reason) => {
    const alert = alerts.open().find(({ device }) => device?.endsWith(`/${changed.id}`) === true);
    if (alert !== undefined) alerts.comment(alert.incident, by, `Changed configuration confirmed: ${reason}`);
    end();
  });
}
