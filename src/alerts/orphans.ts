import type { Alert } from '../core/alert.ts';
import type { Finding } from '../core/finding.ts';

/** Findings of an earlier run that are not confirmed within this time after the start have ended with that run, ms. */
const graceMs = 300_000;

/** Open findings of an earlier run, until this run confirms them. */
export class Orphans {
  readonly #ids = new Set<string>();
  readonly #startedAt: number;

  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  add(id: string): void {
    this.#ids.add(id);
  }

  /** Confirms a finding by its id. */
  confirm(id: string): void {
    this.#ids.delete(id);
  }

  /**
   * The alert in which a finding of an earlier run continues as this one: same detector, same tags. If there are several such
   * findings, the first continues and the others have ended.
   */
  adopt(
    alert: Alert,
    { id, detector, tags }: Finding,
    time: number,
  ): { readonly alert: Alert; readonly taken: readonly string[] } {
    const same = alert.findings.filter(
      (each) => this.#ids.has(each.id) && each.detector === detector && each.tags.join() === tags.join(),
    );
    if (same.length === 0) return { alert, taken: [] };
    const goesOn = alert.findings.some((each) => each.id === id) ? undefined : same[0];
    const findings = alert.findings.map((each) => {
      if (each === goesOn) return { ...each, id };
      return same.includes(each) ? { ...each, endedAt: time } : each;
    });
    const taken = same.map((each) => each.id);
    for (const one of taken) this.#ids.delete(one);
    return { alert: { ...alert, findings }, taken };
  }

  /** Alerts in which the findings that were not confirmed in time have ended. Each is returned once. */
  ended(alerts: Iterable<Alert>, now: number): readonly { readonly alert: Alert; readonly taken: readonly string[] }[] {
    if (this.#ids.size === 0 || now - this.#startedAt < graceMs) return [];
    const ended = [...alerts].flatMap((alert) => {
      const taken = alert.findings.filter(({ id }) => this.#ids.has(id)).map(({ id }) => id);
      if (taken.length === 0) return [];
      const findings = alert.findings.map((each) => (taken.includes(each.id) ? { ...each, endedAt: now } : each));
      return [{ alert: { ...alert, changedAt: now, findings }, taken }];
    });
    this.#ids.clear();
    return ended;
  }
}
