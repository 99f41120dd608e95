import type { Alert } from '../../core/alert.ts';
import type { Finding } from '../../core/finding.ts';
import { client } from './client.ts';
import { influence } from './influence.ts';
import { place } from './place.ts';
import type { JoiningRule, Reason } from './rule.ts';
import type { Side } from './side.ts';
import { signal } from './signal.ts';
import type { JoiningSite } from './site.ts';
import { supply } from './supply.ts';

export type { JoiningRule, Reason } from './rule.ts';
export { JoiningSite, type JoiningSiteOptions } from './site.ts';

/** The rules. The first one that applies gives the reason: from what was observed to what is stated of the plant as a whole. */
export const joiningRules: readonly JoiningRule[] = [place, client, signal, influence, supply];

/** Most alerts of one key that are compared: the latest. Those of one cause are in one incident, so that one of them is enough. */
const mostOfKey = 8;

/** Time in which an event began, ms UTC: from its first anomalous sample, or the time that its detector looks back, to its discovery. */
interface Begin {
  readonly from: number;
  readonly to: number;
}

/** Alerts by what they can have in common with a finding. The cost of a finding does not depend on the number of alerts. */
export class JoiningIndex {
  readonly #site: JoiningSite;
  readonly #windowMs: number;
  readonly #rules: readonly JoiningRule[];
  /** Ids of alerts by rule and key, the latest one last. */
  readonly #filed = new Map<string, string[]>();
  readonly #keysOf = new Map<string, Set<string>>();
  readonly #begins = new Map<string, Begin>();

  /** @param windowMs greatest time between the begins of two findings of one incident, ms */
  constructor(site: JoiningSite, windowMs: number, rules = joiningRules) {
    this.#site = site;
    this.#windowMs = windowMs;
    this.#rules = rules;
  }

  /** Files an alert under the keys of a finding that begins in it, or of the alert itself. */
  file(id: string, side: Side, begin: Begin): void {
    this.#begins.set(id, begin);
    const keys = this.#keysOf.get(id) ?? new Set();
    this.#keysOf.set(id, keys);
    for (const rule of this.#rules)
      for (const key of rule.filed(side, this.#site)) {
        const filed = `${rule.name} ${key}`;
        const others = (this.#filed.get(filed) ?? []).filter((other) => other !== id);
        this.#filed.set(filed, [...others.slice(1 - mostOfKey), id]);
        keys.add(filed);
      }
  }

  remove(id: string): void {
    for (const key of this.#keysOf.get(id) ?? []) {
      const left = (this.#filed.get(key) ?? []).filter((other) => other !== id);
      if (left.length === 0) this.#filed.delete(key);
      else this.#filed.set(key, left);
    }
    this.#keysOf.delete(id);
    this.#begins.delete(id);
  }

  /** The latest alert that the finding belongs to, by the first rule that applies to any. */
  of(finding: Finding, get: (id: string) => Alert | undefined): { readonly alert: Alert; readonly reason: Reason } | undefined {
    const began = beginOf(finding);
    for (const rule of this.#rules) {
      const found = this.#candidates(rule, finding, began).flatMap((id) => get(id) ?? []);
      for (const alert of found.toSorted((a, b) => b.raisedAt - a.raisedAt)) {
        const reason = rule.joins(alert, finding, this.#site);
        if (reason !== undefined) return { alert, reason };
      }
    }
    return undefined;
  }

  /** Alerts under the keys of a finding that began within the window of it. */
  #candidates(rule: JoiningRule, finding: Finding, began: Begin): readonly string[] {
    const found = new Set<string>();
    for (const key of rule.sought(finding, this.#site))
      for (const id of this.#filed.get(`${rule.name} ${key}`) ?? []) {
        const other = this.#begins.get(id);
        if (other !== undefined && apartMs(other, began) <= this.#windowMs) found.add(id);
      }
    return [...found];
  }
}

export const beginOf = ({ since, beganAt, lookbackMs = 0 }: Pick<Finding, 'since' | 'beganAt' | 'lookbackMs'>): Begin => ({
  from: Math.min(since, beganAt - lookbackMs),
  to: beganAt,
});

const apartMs = (a: Begin, b: Begin): number => Math.max(0, a.from - b.to, b.from - a.to);
