import type { Finding, FindingChange } from '../../core/finding.ts';

/** Time after which an open finding ends that restarted detectors have not confirmed, ms of stream time. */
const graceMs = 300_000;

/**
 * Keeps open findings over a restart of the detectors. A finding continues if the detectors still have it. It is replaced if they
 * find the same again. It ends if they have not found it again within the grace period.
 */
export class FindingContinuity {
  readonly #open = new Map<string, Finding>();
  /** Findings of earlier detectors that the present ones have not confirmed. */
  readonly #unconfirmed = new Map<string, Finding>();
  #restartedAt = Number.NaN;

  /** Records that the detectors were replaced. @param now stream time, ms UTC */
  restarted(now: number): void {
    this.#restartedAt = now;
    for (const [id, finding] of this.#open) this.#unconfirmed.set(id, finding);
  }

  /** Processes changes of the detectors. @returns the changes, with the ends of replaced findings */
  take(changes: readonly FindingChange[]): readonly FindingChange[] {
    const replaced: FindingChange[] = [];
    for (const { change, finding } of changes) {
      this.#unconfirmed.delete(finding.id);
      if (change === 'end') this.#open.delete(finding.id);
      else this.#open.set(finding.id, finding);
      if (change === 'begin') replaced.push(...this.#replacedBy(finding));
    }
    return replaced.length === 0 ? changes : [...changes, ...replaced];
  }

  /** @returns the ends of findings whose grace period is over */
  expire(now: number): readonly FindingChange[] {
    if (this.#unconfirmed.size === 0 || now - this.#restartedAt < graceMs) return [];
    return [...this.#unconfirmed.values()].map((finding) => this.#end(finding, now));
  }

  #replacedBy({ detector, channel, since }: Finding): FindingChange[] {
    const same = [...this.#unconfirmed.values()].filter((old) => old.detector === detector && old.channel === channel);
    return same.map((old) => this.#end(old, since));
  }

  #end(finding: Finding, now: number): FindingChange {
    this.#unconfirmed.delete(finding.id);
    this.#open.delete(finding.id);
    const endedAt = Math.max(now, finding.updatedAt);
    return { change: 'end', finding: { ...finding, updatedAt: endedAt, endedAt } };
  }
}
