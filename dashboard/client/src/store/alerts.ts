import { createSignal, type Accessor } from 'solid-js';
import { createStore, reconcile } from 'solid-js/store';
import { isOpen, needsAcknowledgement, type Alert, type AlertChange } from '../../../../src/core/alert.ts';
import type { ServerMessage } from '../../../protocol.ts';
import { AlertReplica, type ReplicaResult } from '../pure/alerts/alert-replica.ts';
import { byUrgency } from '../pure/alerts/urgency.ts';
import { act, query } from './api.ts';

const hourMs = 3_600_000;
/** Changes that annunciate an alert. */
const calling: readonly AlertChange['kind'][] = [
  'raised',
  'recurred',
  'released',
  'unshelved',
  'unsuppressed',
  'realarmed',
  'escalated',
];

/** Open alerts and those cleared in the last hour. */
export interface Alerts {
  /** By urgency. An alert keeps its object, so that its row is updated, not replaced. */
  readonly open: Accessor<readonly Alert[]>;
  readonly cleared: Accessor<readonly Alert[]>;
  /** True after the first complete answer of the alert stream. */
  readonly known: Accessor<boolean>;
  readonly find: (id: string) => Alert | undefined;
  readonly position: () => { readonly epoch?: string; readonly sequence?: number };
  readonly take: (message: Extract<ServerMessage, { type: 'alert-snapshot' | 'alert-changes' }>) => ReplicaResult;
  /** Requests recently cleared alerts: the stream carries open alerts only. */
  readonly fillCleared: (now: number) => Promise<void>;
  readonly acknowledge: (ids: readonly string[], note?: string) => Promise<void>;
  readonly onRaised: (listener: (alert: Alert) => void) => void;
}

export function createAlerts(now: () => number): Alerts {
  const replica = new AlertReplica();
  const [state, setState] = createStore<{ alerts: Alert[] }>({ alerts: [] });
  const [known, setKnown] = createSignal(false);
  const raised: ((alert: Alert) => void)[] = [];
  const publish = (): void => {
    const time = now();
    if (!Number.isNaN(time)) replica.forgetClosedBefore(time - hourMs);
    setState('alerts', reconcile([...replica.alerts], { key: 'id' }));
  };
  return {
    open: () => state.alerts.filter((alert) => isOpen(alert.state)).sort(byUrgency),
    cleared: () => state.alerts.filter((alert) => !isOpen(alert.state)).sort((a, b) => b.changedAt - a.changedAt),
    known,
    find: (id) => state.alerts.find((alert) => alert.id === id),
    position: () => replica.position,
    take(message) {
      const result = message.type === 'alert-snapshot' ? replica.takeSnapshot(message) : replica.takeChanges(message);
      if (result !== 'changed') return result;
      publish();
      setKnown(true);
      if (message.type === 'alert-changes') {
        for (const change of message.changes) {
          if (calling.includes(change.kind) && needsAcknowledgement(change.alert.state))
            for (const listener of raised) listener(change.alert);
        }
      }
      return result;
    },
    async fillCleared(time) {
      const { alerts } = await query('GET /api/alerts', { from: time - 6 * hourMs, to: time + hourMs, limit: 200 });
      replica.addClosed(alerts.filter((alert) => alert.changedAt > time - hourMs));
      publish();
    },
    async acknowledge(ids, note) {
      // a flood is acknowledged in one act
      const due = new Set(replica.alerts.flatMap(({ id, state }) => (needsAcknowledgement(state) ? [id] : [])));
      const waiting = ids.filter((id) => due.has(id));
      if (waiting.length > 0) await act('POST /api/alerts/acknowledge', { ids: waiting, note });
    },
    onRaised: (listener) => void raised.push(listener),
  };
}
