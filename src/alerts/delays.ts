import type { DelayRule } from '../core/alarm-settings.ts';
import type { Clock } from '../core/clock.ts';
import type { Finding, FindingChange } from '../core/finding.ts';
import { Stopwatch } from '../core/lasting.ts';
import { findingKey } from './shelving.ts';

/**
 * On-delay and off-delay of alarms (ISA-18.2), before the alerts. A finding that ends within its on-delay raises no alert. A
 * delayed end keeps the alert in alarm; the next finding of the same channel ends the delay. At most one begin and one end wait
 * per open finding or channel.
 */
export class Delays {
  readonly #rules: readonly DelayRule[];
  readonly #clock: Clock;
  readonly #pass: (change: FindingChange) => void;
  /** Findings that wait for their on-delay, by id, and the time since they began. */
  readonly #begins = new Map<string, { readonly finding: Finding; readonly watch: Stopwatch }>();
  readonly #passed = new Set<string>();
  /** Ended findings that wait for their off-delay, by detector and channel. */
  readonly #ends = new Map<string, { readonly finding: Finding; readonly watch: Stopwatch }>();

  constructor(rules: readonly DelayRule[], clock: Clock, pass: (change: FindingChange) => void) {
    this.#rules = rules;
    this.#clock = clock;
    this.#pass = pass;
  }

  take(change: FindingChange): void {
    if (this.#rules.length === 0) return this.#pass(change);
    const { finding } = change;
    const rule = this.#ruleOf(finding);
    if (change.change === 'end') return this.#end(change, rule);
    // within the off-delay the alert is in alarm, so its finding needs no on-delay
    const isDelayed = !this.#passed.has(finding.id) && !this.#ends.has(findingKey(finding));
    const watch = this.#begins.get(finding.id)?.watch ?? new Stopwatch();
    if (isDelayed && watch.elapsed(finding.beganAt, this.#clock) < (rule?.onMs ?? 0)) {
      this.#begins.set(finding.id, { finding, watch });
      return;
    }
    this.#begin(change);
  }

  /** Passes the changes whose delay is over. */
  tick(): void {
    for (const { finding, watch } of this.#begins.values())
      if (watch.elapsed(finding.beganAt, this.#clock) >= (this.#ruleOf(finding)?.onMs ?? 0))
        this.#begin({ change: 'begin', finding });
    for (const [key, { finding, watch }] of this.#ends)
      if (watch.elapsed(finding.endedAt ?? 0, this.#clock) >= (this.#ruleOf(finding)?.offMs ?? 0)) this.#release(key);
  }

  #begin({ change, finding }: FindingChange): void {
    const isFirst = !this.#passed.has(finding.id);
    // a change that is refused is taken again
    this.#pass({ change: isFirst ? 'begin' : change, finding });
    this.#begins.delete(finding.id);
    this.#passed.add(finding.id);
    // the alert stays in alarm by the new finding
    if (isFirst) this.#release(findingKey(finding));
  }

  #end(change: FindingChange, rule: DelayRule | undefined): void {
    const { finding } = change;
    if (this.#begins.has(finding.id)) {
      // an event that is over at once has no duration to wait for
      if (finding.endedAt === finding.beganAt) {
        this.#begin({ change: 'begin', finding });
        return this.#end(change, rule);
      }
      this.#begins.delete(finding.id);
      return;
    }
    if (rule === undefined || rule.offMs === 0) {
      this.#pass(change);
      this.#passed.delete(finding.id);
      return;
    }
    const key = findingKey(finding);
    this.#release(key);
    const watch = new Stopwatch();
    watch.elapsed(finding.endedAt ?? 0, this.#clock);
    this.#ends.set(key, { finding, watch });
  }

  #release(key: string): void {
    const finding = this.#ends.get(key)?.finding;
    if (finding === undefined) return;
    this.#pass({ change: 'end', finding });
    this.#ends.delete(key);
    this.#passed.delete(finding.id);
  }

  /** An intrusion has no delay: it may be over within seconds. */
  #ruleOf({ alarm, tags, explanation }: Finding): DelayRule | undefined {
    if ((explanation.seen?.length ?? 0) > 0) return undefined;
    const priority = alarm?.priority ?? 'A';
    return this.#rules.find(
      (rule) =>
        (rule.priority === undefined || rule.priority === priority) &&
        (rule.tags === undefined || (tags.length > 0 && tags.every((tag) => rule.tags?.includes(tag)))),
    );
  }
}
