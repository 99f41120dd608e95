import type { Alert } from '../core/alert.ts';
import type { Finding } from '../core/finding.ts';
import { joinGapMs, joinKey } from '../core/join.ts';
import { inAlarm } from './findings.ts';
import { shelfCovers } from './shelving.ts';

/** Place of a finding or alert; for an act of a client its kind and the client too, so that another client is never told within it. */
const keyOf = (finding: Finding): string => `${joinKey(finding)} ${actorOf(finding)}`;

function keyOfAlert(alert: Alert): string {
  const [first] = alert.findings;
  return first === undefined
    ? joinKey(alert)
    : `${joinKey({ ...alert, channel: first.channel })} ${actorOf({ ...alert, ...first })}`;
}

const actorOf = ({ network, explanation }: Pick<Finding, 'network' | 'explanation'>): string =>
  network === true ? (explanation.clients?.[0] ?? '') : '';

/** Alerts in memory by place. */
export class OpenAlerts {
  readonly #byKey = new Map<string, Map<string, Alert>>();
  readonly #keys = new Map<string, string>();

  remember(alert: Alert): void {
    const key = this.#keys.get(alert.id) ?? keyOfAlert(alert);
    this.#keys.set(alert.id, key);
    const same = this.#byKey.get(key);
    if (same === undefined) this.#byKey.set(key, new Map([[alert.id, alert]]));
    else same.set(alert.id, alert);
  }

  forget({ id }: Alert): void {
    const key = this.#keys.get(id) ?? '';
    const same = this.#byKey.get(key);
    same?.delete(id);
    if (same?.size === 0) this.#byKey.delete(key);
    this.#keys.delete(id);
  }

  /** The open alert of a new finding, by the rule by which the alarm budget counts. */
  of(finding: Finding, time: number): Alert | undefined {
    const same = [...(this.#byKey.get(keyOf(finding))?.values() ?? [])];
    const shelf = same.find((alert) => shelfCovers(alert, finding));
    if (shelf !== undefined) return shelf;
    // what was not shelved is annunciated
    return same.findLast(
      (alert) => alert.shelf === undefined && (inAlarm(alert) || time - (alert.returnedAt ?? alert.changedAt) <= joinGapMs),
    );
  }
}
