import { type AlarmSettings, noAlarmSettings } from '../core/alarm-settings.ts';
import type { FindingChange } from '../core/finding.ts';
import type { LatestValues } from '../core/monitor.ts';
import { Delays } from './delays.ts';
import { AlertManager } from './manager.ts';
import type { AlertManagerOptions } from './manager-options.ts';
import type { AlarmRecords } from './records/records.ts';
import { ReturnWaits } from './return-waits.ts';
import { Suppression } from './suppression.ts';

export interface AlertPathOptions
  extends Pick<AlertManagerOptions, 'store' | 'saving' | 'clock' | 'epoch' | 'tags' | 'areas' | 'maintenance'> {
  readonly latest: LatestValues;
  readonly settings?: AlarmSettings | undefined;
  readonly records: Pick<AlarmRecords, 'rationalised' | 'returnOf'>;
  /** Takes a change out of the path after its delay: true if the alerts must not receive it. */
  readonly takesOut?: ((change: FindingChange) => boolean) | undefined;
}

/**
 * The rules between findings and alerts, as a monitor applies them: alarm records with their return conditions, delays and suppression by
 * design. Benches use the same path, so that they measure the alerts of the product.
 */
export class AlertPath {
  readonly manager: AlertManager;
  readonly #records: AlertPathOptions['records'];
  readonly #delays: Delays;

  constructor({ records, takesOut = () => false, settings = noAlarmSettings, ...options }: AlertPathOptions) {
    const { tags, latest, clock } = options;
    const suppression = new Suppression({ rules: settings.suppress, tags, latest });
    const returns = new ReturnWaits({ tags, latest, clock, conditionOf: (record) => records.returnOf(record) });
    const manager = new AlertManager({ ...options, suppression, returns, settings });
    this.manager = manager;
    this.#records = records;
    this.#delays = new Delays(settings.delays, clock, (change) => {
      if (!takesOut(change)) manager.take(change);
    });
  }

  /** Changes with the alarms of their records. */
  prepared(changes: readonly FindingChange[]): readonly FindingChange[] {
    return changes.map((change) => this.#records.rationalised(change));
  }

  /** Passes one prepared change. @throws if the store refuses it; it can be passed again */
  take(change: FindingChange): void {
    this.#delays.take(change);
  }

  /** Advances delays and alerts by a second of stream time. @throws if the store refuses a change */
  tick(): void {
    this.#delays.tick();
    this.manager.tick();
  }
}
