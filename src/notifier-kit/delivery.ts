import type { AlertChange, SentChange } from '../core/alert.ts';
import type { AlertDigest, Canary } from '../core/notifier.ts';
import { byName, shownAlert } from '../core/shown.ts';
import { deliveryId } from '../siem/index.ts';

/** Version of the body. New keys keep the version; a changed or removed key increments it. */
const version = 1;

/** Body of a request, with the id by which a receiver recognises repeats. */
export interface Delivery {
  readonly id: string;
  readonly body: string;
}

/** Body for one change of one alert. Numbers that are not finite become null. */
export function changeDelivery(change: AlertChange): Delivery {
  const id = deliveryId('alert', [change]);
  return { id, body: JSON.stringify({ version, type: 'alert', id, ...changeOf(change) }) };
}

export function digestDelivery(digest: AlertDigest): Delivery {
  const id = deliveryId('digest', digest.latest);
  const { from, to, changes, raised, omitted, latest, part, group, updates, waiting } = digest;
  return {
    id,
    body: JSON.stringify({
      version,
      type: 'digest',
      id,
      from,
      to,
      changes,
      raised,
      omitted,
      ...(part === undefined ? {} : { part }),
      ...(group === undefined ? {} : { group }),
      ...(updates === undefined ? {} : { updates }),
      ...(waiting === undefined ? {} : { waiting }),
      latest: latest.map(changeOf),
    }),
  };
}

/** Body of a canary, which a receiver can ignore or count. */
export const canaryDelivery = ({ id, time }: Canary): Delivery => ({
  id,
  body: JSON.stringify({ version, type: 'canary', id, time }),
});

/** Users appear under their pseudonyms, which the monitor sets before it passes changes to notifiers. */
function changeOf({ sequence, time, kind, by, note, place, alert }: SentChange) {
  const more = { ...(note === undefined ? {} : { note }), ...(place === undefined ? {} : { place }) };
  return { sequence, time, kind, by: byName(by), ...more, alert: shownAlert(alert, byName) };
}
