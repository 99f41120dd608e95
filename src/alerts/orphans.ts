import type { Alert, AlertFinding } from '../core/alert.ts';
import type { Clock } from '../core/clock.ts';
import type { Finding } from '../core/finding.ts';
import type { LatestValues } from '../core/monitor.ts';
import { isGood } from '../core/quality.ts';
import type { TagTable } from '../core/tag.ts';

/**
 * A finding of an earlier run that is not confirmed within this time after its tags were read has ended with that run, ms. Detectors confirm an
 * open finding at least once a minute.
 */
const graceMs = 120_000;

export interface OrphansOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly tags: TagTable;
  /** Present values; without them every tag counts as read. */
  readonly latest?: Pick<LatestValues, 'quality'> | undefined;
}

/** Open findings of an earlier run, until this run confirms them. */
export class Orphans {
  readonly #options: OrphansOptions;
  /** By id: monotonic time from which this run could have confirmed it, ms; undefined while its tags are not read. */
  readonly #readAt = new Map<string, number | undefined>();
  #byDevice: ReadonlyMap<string, readonly number[]> | undefined;

  constructor(options: OrphansOptions) {
    this.#options = options;
  }

  /** @param alert the alert of the finding */
  add(alert: Alert, { id }: AlertFinding): void {
    const { clock, latest } = this.#options;
    // not bound to values: acts on the network
    this.#readAt.set(id, latest === undefined || alert.network === true ? clock.monotonic() : undefined);
  }

  /** Confirms a finding by its id. */
  confirm(id: string): void {
    this.#readAt.delete(id);
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
    if (this.#readAt.size === 0) return { alert, taken: [] };
    const same = alert.findings.filter(
      (each) => this.#readAt.has(each.id) && each.detector === detector && each.tags.join() === tags.join(),
    );
    if (same.length === 0) return { alert, taken: [] };
    const goesOn = alert.findings.some((each) => each.id === id) ? undefined : same[0];
    const findings = alert.findings.map((each) => {
      if (each === goesOn) return { ...each, id };
      return same.includes(each) ? { ...each, endedAt: time } : each;
    });
    const taken = same.map((each) => each.id);
    for (const one of taken) this.#readAt.delete(one);
    return { alert: { ...alert, findings }, taken };
  }

  /**
   * Alerts in which findings have ended that were not confirmed in time. Each is returned once. While a device is not read, nobody knows
   * if a condition there has ended.
   */
  ended(alerts: Iterable<Alert>, now: number): readonly { readonly alert: Alert; readonly taken: readonly string[] }[] {
    if (this.#readAt.size === 0) return [];
    return [...alerts].flatMap((alert) => {
      const taken = alert.findings.filter((each) => this.#isOver(alert, each)).map(({ id }) => id);
      if (taken.length === 0) return [];
      for (const id of taken) this.#readAt.delete(id);
      const findings = alert.findings.map((each) => (taken.includes(each.id) ? { ...each, endedAt: now } : each));
      return [{ alert: { ...alert, changedAt: now, findings }, taken }];
    });
  }

  #isOver(alert: Alert, finding: AlertFinding): boolean {
    if (!this.#readAt.has(finding.id)) return false;
    const now = this.#options.clock.monotonic();
    const readAt = this.#readAt.get(finding.id) ?? (this.#isRead(alert, finding) ? now : undefined);
    this.#readAt.set(finding.id, readAt);
    return readAt !== undefined && now - readAt >= graceMs;
  }

  /** True if all tags of a finding have a good value; for one about a device, any tag of it. */
  #isRead({ device }: Alert, finding: AlertFinding): boolean {
    const { latest, tags } = this.#options;
    if (latest === undefined) return true;
    // a tag that the configuration no longer has is not waited for
    const isRead = (tag: number | undefined): boolean => tag === undefined || isGood(latest.quality[tag] as number);
    if (device === undefined) return finding.tags.every((name) => isRead(tags.indexOf(name)));
    const own = this.#tagsOf(device);
    return own.length === 0 || own.some(isRead);
  }

  #tagsOf(device: string): readonly number[] {
    this.#byDevice ??= Map.groupBy(this.#options.tags.tags.keys(), (tag) => this.#options.tags.at(tag).device);
    return this.#byDevice.get(device) ?? [];
  }
}
