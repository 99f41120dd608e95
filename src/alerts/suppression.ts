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
   * @param isLost true for a device that does not answer, by its alert
   */
  causeOf(alert: Alert, isLost: (device: string) => boolean): string | undefined {
    if (alert.latching === true) return undefined;
    const { rules, tags } = this.#options;
    return rules.find(({ of, when, cause }) => coversFindings([of], alert, tags) && this.#holds(when, cause, alert, isLost))
      ?.cause;
  }

  #holds(when: SuppressionRule['when'], cause: string, alert: Alert, isLost: (device: string) => boolean): boolean {
    // the alert about the lost device itself is annunciated
    if ('device' in when) return alert.device !== when.device && isLost(when.device);
    const { value, quality, receiveTime } = this.#options.latest;
    const code = quality[when.tag] as number;
    // before the first value of this run, and after one missed read, the last known state counts
    if (Number.isNaN(receiveTime[when.tag]) || code === Quality.UncertainNoCommunicationLastUsableValue)
      return alert.suppressed?.cause === cause;
    return isUsable(code) && when.is.includes(value[when.tag] as number);
  }
}

/** Devices that do not answer, by their alerts. */
export class LostDevices {
  readonly #alerts = new Map<string, Set<string>>();

  remember({ id, device, findings }: Alert): void {
    if (device === undefined) return;
    const isLost = findings.some((each) => each.detector === lossDetector && each.endedAt === undefined);
    if (isLost) this.#alerts.set(device, (this.#alerts.get(device) ?? new Set()).add(id));
    else this.#alerts.get(device)?.delete(id);
  }

  forget({ id, device }: Alert): void {
    if (device !== undefined) this.#alerts.get(device)?.delete(id);
  }

  has(device: string): boolean {
    return (this.#alerts.get(device)?.size ?? 0) > 0;
  }
}
