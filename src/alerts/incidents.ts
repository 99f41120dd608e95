import type { Alert } from '../core/alert.ts';
import type { Finding } from '../core/finding.ts';
import type { Tag, TagTable } from '../core/tag.ts';
import type { Influence } from '../core/influence.ts';
import { inAlarm } from './findings.ts';
import { Influences } from './influences.ts';

/** Greatest time between alerts of one area in one incident, ms. */
const incidentGapMs = 600_000;
/** Greatest time between the arrivals of one intruder at several devices, ms. */
const intruderGapMs = 60_000;
/** Greatest time between a write to an unknown address and what the tags of its controller show, ms. */
const echoMs = 120_000;

type Side = Pick<Alert, 'area' | 'equipment' | 'device' | 'network' | 'tags' | 'latching' | 'explanation'>;

/** True while an alert is or recently was in alarm. */
const isPresent = (alert: Alert, time: number): boolean =>
  inAlarm(alert) || time - (alert.returnedAt ?? alert.changedAt) <= incidentGapMs;

/** True for more than the presence of a client: a technique whose use was observed. */
const isObserved = ({ latching, explanation }: Side): boolean => latching === true || (explanation.seen ?? []).length > 0;

/**
 * Finds the incident of a new alert by cause:
 *
 * - Alerts of the process, while the other alert is or recently was in alarm: the same equipment, the same area within a short time, or
 *   tags of the same equipment. Counters of a controller are in an area, but show nothing of its process. The effect of one pump is visible at the tank and at the next pump.
 * - A consequence in another area: a tag that follows those of the other alert, by balances, responses and relations of the baseline,
 *   while that alert is or recently was in alarm. A fault of a signal is no consequence.
 * - An act of a client and the process: what was written is in the area of the process alert, or a counter of the controller shows it.
 * - Acts of clients: the same device while the incident lasts, or several devices within a minute.
 * - A device that fails, or sends no value, concerns only itself. It is no part of an intrusion.
 */
export class Incidents {
  readonly #alerts = new Map<string, Alert>();
  readonly #tags: TagTable;
  #influences: Influences;

  constructor(tags: TagTable) {
    this.#tags = tags;
    this.#influences = new Influences(tags);
  }

  /** Uses the influences of another baseline from now on. */
  use(learned: readonly Influence[]): void {
    this.#influences = new Influences(this.#tags, learned);
  }

  remember(alert: Alert): void {
    this.#alerts.set(alert.id, alert);
  }

  forget(alert: Alert): void {
    this.#alerts.delete(alert.id);
  }

  /** The alerts of an incident in memory. */
  membersOf(incident: string): readonly Alert[] {
    return [...this.#alerts.values()].filter((alert) => alert.incident === incident);
  }

  /** The incident of the most recent alert that the finding belongs to. */
  of(finding: Finding, time: number): string | undefined {
    const related = [...this.#alerts.values()].filter((alert) => this.#isRelated(alert, finding, time));
    return related.sort((a, b) => b.raisedAt - a.raisedAt)[0]?.incident;
  }

  #isRelated(alert: Alert, finding: Finding, time: number): boolean {
    const isRecent = isPresent(alert, time);
    const isAct = alert.network === true;
    if (isAct && finding.network === true)
      return (alert.device === finding.device && this.#isOngoing(alert.incident, time)) || time - alert.raisedAt <= intruderGapMs;
    if (isAct || finding.network === true) {
      const [act, process] = isAct ? [alert, finding] : [finding, alert];
      if (process.device !== undefined || !isRecent) return false;
      return this.#shows(process, act, time - alert.raisedAt) || (isAct && this.#follows(finding, alert));
    }
    if (finding.device !== undefined || alert.device !== undefined) return finding.device === alert.device;
    if (!isRecent) return false;
    if (alert.area === finding.area && alert.equipment === finding.equipment) return true;
    const isNear = alert.area === finding.area && time - alert.raisedAt <= incidentGapMs;
    if (isNear && !this.#onlyCounts(alert) && !this.#onlyCounts(finding)) return true;
    return (
      this.#concerned(alert).some((equipment) => this.#concerned(finding).includes(equipment)) || this.#follows(finding, alert)
    );
  }

  /** Tags to which something may happen because of what an alert states. */
  consequencesOf(alert: Alert): ReadonlySet<string> {
    return this.#influences.consequencesOf(alert.tags);
  }

  /** True if the finding is a consequence of what the alert states. */
  #follows(finding: Finding, alert: Alert): boolean {
    return finding.signal === undefined && this.#influences.follows(finding.tags, alert.tags);
  }

  /** True if the process shows an act of a client. @param apartMs time between the two */
  #shows(process: Side, act: Side, apartMs: number): boolean {
    const written = this.#known(act.tags);
    const own = this.#known(process.tags);
    if (written.some(({ area }) => area === process.area || own.some((tag) => tag.area === area))) return true;
    const ofDevice = own.filter(({ device, aliases = [] }) =>
      [device, ...aliases.map((one) => one.device)].includes(act.device ?? ''),
    );
    // a counter of the controller shows the act; of other tags only time speaks, if a write to an unknown address was observed
    const isUnknown = written.length === 0 && isObserved(act) && apartMs <= echoMs;
    return ofDevice.some(({ kind }) => kind === 'counter' || isUnknown);
  }

  /** True while an alert of the incident is or recently was in alarm. */
  #isOngoing(incident: string, time: number): boolean {
    return this.membersOf(incident).some((alert) => isPresent(alert, time));
  }

  /** True for counters of a controller alone: they show an act on it, and nothing of the process of their area. */
  #onlyCounts({ tags }: Side): boolean {
    const known = this.#known(tags);
    return known.length > 0 && known.every(({ kind }) => kind === 'counter');
  }

  #concerned({ equipment, tags }: Side): string[] {
    return [equipment, ...this.#known(tags).map((tag) => tag.equipment)].filter((each) => each !== '');
  }

  #known(names: readonly string[]): Tag[] {
    return names.flatMap((name) => this.#tags.tags[this.#tags.indexOf(name) ?? -1] ?? []);
  }
}
