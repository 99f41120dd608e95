import type { Alert } from '../../core/alert.ts';
import { ScadaError } from '../../core/errors.ts';
import type { LatestValues } from '../../core/monitor.ts';
import { isUsable } from '../../core/quality.ts';
import { type ReferenceControl, type ReferenceLine, type ReferenceValue, slackOf } from '../../core/reference.ts';
import type { TagTable } from '../../core/tag.ts';
import { differingOf, linesOf } from './lines.ts';
import type { References } from './references.ts';
import { writesTo } from './writes.ts';

export interface ReferenceBoardOptions {
  readonly references: References;
  readonly tags: TagTable;
  readonly latest: LatestValues;
  readonly alerts: { open(): readonly Alert[] };
  /** Folder of the event log. */
  readonly events: string;
}

/** The reference set of a running monitor, compared with the values that it reads. */
export class ReferenceBoard implements ReferenceControl {
  readonly #options: ReferenceBoardOptions;

  constructor(options: ReferenceBoardOptions) {
    this.#options = options;
  }

  current: ReferenceControl['current'] = () => this.#options.references.current();

  problem: ReferenceControl['problem'] = () => this.#options.references.problem();

  approve: ReferenceControl['approve'] = async (...act) => await this.#options.references.approve(...act);

  async lines(signal: AbortSignal): Promise<readonly ReferenceLine[]> {
    const { references, tags, latest, alerts, events } = this.#options;
    const lines = linesOf({
      tags,
      values: references.current()?.values ?? [],
      alerts: alerts.open(),
      presentOf: (tag) => finite(latest.lastGood[tag]),
    });
    const writes = await writesTo(events, differingOf(lines, tags), signal);
    return lines.map((line) => ({ ...line, write: writes.get(line.tag) }));
  }

  check(values: readonly ReferenceValue[]): void {
    const { references, tags, latest } = this.#options;
    references.check(values);
    for (const { tag: name, value } of values) {
      const index = tags.indexOf(name) ?? -1;
      if (!isUsable(latest.quality[index] ?? 0) || Number.isNaN(latest.receiveTime[index]))
        throw refused(`the monitor reads no good value of ${name}`, 'leave it out until it is read again');
      const present = latest.value[index] ?? Number.NaN;
      if (!(Math.abs(present - value) <= slackOf(tags.at(index), value)))
        throw refused(`${name} is ${present} now, not ${value}`, 'reload the values, and check the change');
    }
  }
}

const finite = (value: number | undefined): number | undefined =>
  value !== undefined && Number.isFinite(value) ? value : undefined;

const refused = (message: string, hint: string): ScadaError => new ScadaError('config', 'INPUT_INVALID', message, { hint });
