import type { SuppressionRule } from '../core/alarm-settings.ts';
import type { Alert } from '../core/alert.ts';
import type { LatestValues } from '../core/monitor.ts';
import { isUsable, Quality } from '../core/quality.ts';
import type { TagTable } from '../core/tag.ts';
import { coversFindings } from './places.ts';

export interface SuppressionOptions {
  readonly rules: readonly SuppressionRule[];
  readonly tags: TagTable;
  readonly latest: Pick<LatestValues, 'value' | 'quality' | 'receiveTime'>;
}

/** Detector whose open finding about a device means that the device is lost. */
const lossDetector = 'device-health';

/** Suppression by design (ISA-18.2 state H): alerts without a meaning in the present state of the plant. */
export class Suppression {
  readonly #options: SuppressionOptions;

  constructor(options: SuppressionOptions) {
    this.#options = options;
  }

  /**
   * Cause for which an alert is suppressed now; undefined if it is annunciated. An intrusion is never suppressed, nor an alert
   * with a finding elsewhere.
   * @param all all alerts, by which a device is known to be lost
   */
  causeOf(alert: Alert, all: Iterable<Alert>): string | undefined {
    if (alert.latching === true) return undefined;
    const { rules, tags } = this.#options;
    return rules.find(({ of, when, cause }) => coversFindings([of], alert, tags) && this.#holds(when, cause, alert, all))?.cause;
  }

  #holds(when: SuppressionRule['when'], cause: string, alert: Alert, all: Iterable<Alert>): boolean {
    // the alert about the lost device itself is annunciated
    if ('device' in when) return alert.device !== when.device && isLost(when.device, all);
    const { value, quality, receiveTime } = this.#options.latest;
    const code = quality[when.tag] as number;
    // before the first value of this run, and after one missed read, the last known state counts
    if (Number.isNaN(receiveTime[when.tag]) || code === Quality.UncertainNoCommunicationLastUsableValue)
      return alert.suppressed?.cause === cause;
    return isUsable(code) && when.is.includes(value[when.tag] as number);
  }
}

function isLost(device: string, all: Iterable<Alert>): boolean {
  for (const alert of all)
    if (alert.device === device && alert.findings.some((each) => each.detector === lossDetector && each.endedAt === undefined))
      return true;
  return false;
}
