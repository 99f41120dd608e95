import { covers, coversFindings, isAt } from '../../../src/alerts/places.ts';
import type { Alert } from '../../../src/core/alert.ts';
import type { MaintenanceWindow } from '../../../src/core/maintenance.ts';
import type { Scenario } from '../../../src/core/scenario.ts';
import type { TagTable } from '../../../src/core/tag.ts';

/** Windows of maintenance that the scenarios announce. */
export class AnnouncedWork {
  readonly #tags: TagTable;
  readonly #windows: readonly MaintenanceWindow[];
  #open: readonly MaintenanceWindow[] = [];

  constructor(scenarios: readonly Pick<Scenario, 'id' | 'maintenance'>[], startedAt: number, tags: TagTable) {
    this.#tags = tags;
    this.#windows = scenarios.flatMap(({ id, maintenance = [] }) =>
      maintenance.map(({ place, lastsS, reason }) => ({
        id,
        place,
        from: startedAt,
        to: startedAt + lastsS * 1_000,
        by: 'bench',
        reason,
      })),
    );
  }

  /** The tags that are out of service from a time on, if they have changed. */
  changeAt(time: number): { readonly tags: readonly number[]; readonly text: string } | undefined {
    const open = this.#windows.filter(({ from, to }) => from <= time && time < to);
    if (open.length === this.#open.length) return undefined;
    this.#open = open;
    const tags = this.#tags.tags.flatMap((tag, index) => (open.some(({ place }) => isAt(tag, place)) ? [index] : []));
    return { tags, text: open.map(({ reason }) => reason).join('; ') };
  }

  /** True if the alert was raised while work at its places was announced. */
  expects(alert: Alert): boolean {
    const open = this.#windows.filter(({ from, to }) => from <= alert.raisedAt && alert.raisedAt < to);
    return coversFindings(
      open.map(({ place }) => place),
      alert,
      this.#tags,
    );
  }

  covers(finding: Parameters<typeof covers>[1]): boolean {
    return covers(
      this.#open.map(({ place }) => place),
      finding,
      this.#tags,
    );
  }
}
