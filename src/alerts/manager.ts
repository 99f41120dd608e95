import {
  type Actor,
  type Alert,
  type AlertChange,
  type AlertChangeKind,
  firstAlertId,
  hasReturned,
  isHidden,
  isOpen,
  type ShelfRequest,
  type Triage,
  type VerdictWord,
} from '../core/alert.ts';
import { noAlarmSettings } from '../core/alarm-settings.ts';
import type { Clock } from '../core/clock.ts';
import type { Finding, FindingChange } from '../core/finding.ts';
import type { Influence } from '../core/influence.ts';
import { joinGapMs } from '../core/join.ts';
import type { AlertFeed, SimilarAlert } from '../core/monitor.ts';
import { Lru } from '../core/lru.ts';
import {
  type AlertQuery,
  type AlertStore,
  type Awaitable,
  type ChangePage,
  savedAtOnce,
  type StateSaving,
} from '../core/state.ts';
import type { TagTable } from '../core/tag.ts';
import { acknowledged, type Act, afterHiding, afterReset, afterReturn, annunciated } from './acts.ts';
import { newAlert, withFinding } from './compose.ts';
import { Courses, heldMs, isHeld } from './course.ts';
import { endOf, inAlarm } from './findings.ts';
import { Headlines } from './headline/headlines.ts';
import { Incidents } from './incidents.ts';
import { firstOf, judgedIncident, mostJudged, verdictOf } from './incident-verdict.ts';
import type { AlertManagerOptions } from './manager-options.ts';
import { occurrenceOf } from './occurrence.ts';
import { openAlertOf } from './open-alert.ts';
import { Orphans } from './orphans.ts';
import { areFindingsCovered } from './places.ts';
import { Outlooks } from './outlook/outlooks.ts';
import { Publication } from './publication.ts';
import { findingKey, shelved, unshelved } from './shelving.ts';
import { similarAlerts } from './similar.ts';
import { afterTimers } from './timers.ts';

const monitor: Actor = { role: 'monitor', session: 'monitor' };
/** Least time between stored updates that change neither priority nor text, ms. */
const updateEveryMs = 5_000;
/** Most earlier alerts in memory. */
const mostPast = 1_000;
/** The same while an alert chatters: greatest age of the stored number of cycles, ms. */
const repeatsEveryMs = 30_000;

/**
 * Creates alerts from findings. It joins findings by equipment and time, applies the life cycle, stores changes and publishes
 * them. A change takes effect at once, and is published when it is on disk. While the store fails, it is published at once,
 * marked as not saved.
 */
export class AlertManager implements AlertFeed {
  readonly #saving: StateSaving;
  readonly #publication: Publication;
  /** Sequence of the last change, published or not. */
  #sequence: number;
  readonly #store: AlertStore;
  readonly #clock: Clock;
  readonly #options: AlertManagerOptions;
  readonly #tags: TagTable;
  readonly #incidents: Incidents;
  /** Alerts that are open, or closed for less than the join gap. */
  readonly #alerts = new Map<string, Alert>();
  /** Earlier alerts that were read or changed last, for acts on them. */
  readonly #past = new Lru<string, Alert>(mostPast);
  readonly #courses = new Courses();
  readonly #orphans: Orphans;
  readonly #headlines: Headlines;
  readonly #outlooks: Outlooks | undefined;

  constructor(options: AlertManagerOptions) {
    const { store, clock, epoch, tags, areas, saving = savedAtOnce } = options;
    this.#options = options;
    this.#store = store;
    this.#saving = saving;
    this.#tags = tags;
    this.#incidents = new Incidents(tags, areas);
    this.#clock = clock;
    this.#orphans = new Orphans(clock.now());
    this.#headlines = new Headlines(options);
    this.#outlooks = options.latest && new Outlooks(tags, options.latest);
    const { alerts, sequence, recent } = store.open();
    this.#sequence = sequence;
    this.#publication = new Publication(saving, epoch, sequence, recent);
    for (const { unlisted, ...alert } of alerts) {
      // an open finding that is not listed joins the alert again with its next update
      const known = unlisted === undefined ? alert : { ...alert, unlisted: { ...unlisted, open: 0 } };
      this.#remember(known);
      this.#headlines.remember(known);
      for (const { id, endedAt } of alert.findings) {
        if (endedAt !== undefined) continue;
        this.#orphans.add(id);
        this.#courses.open(id, alert.id);
      }
      // the previous run ended while the alert chattered
      const end = endOf(known) ?? Number.NEGATIVE_INFINITY;
      if (!hasReturned(alert.state) && end > (alert.returnedAt ?? 0)) this.#courses.of(alert.id).awayAt = end;
    }
  }

  /** Uses what another baseline knows about consequences, from now on. */
  useInfluences(learned: readonly Influence[]): void {
    this.#incidents.use(learned);
  }

  get epoch(): string {
    return this.#publication.epoch;
  }

  get sequence(): number {
    return this.#publication.log.sequence;
  }

  get savedSequence(): number {
    return this.#saving.savedSequence;
  }

  /** Changes of one observation, those of known alerts first: what begins beside them may be their consequence. */
  inOrder(changes: readonly FindingChange[]): readonly FindingChange[] {
    const byNews = Map.groupBy(changes, ({ finding }) => this.#alertOf(finding) === undefined);
    return [...(byNews.get(false) ?? []), ...(byNews.get(true) ?? [])];
  }

  /** Applies a change of a finding to the alerts before it returns. */
  take({ change, finding }: FindingChange): void {
    this.#orphans.confirm(finding.id);
    const known = this.#courses.alertOf(finding.id);
    const alert = this.#alertOf(finding);
    const time = this.#clock.now();
    if (alert === undefined) {
      if (change !== 'end') this.#raise(finding, time);
      return;
    }
    const { alert: adopted, taken } = this.#orphans.adopt(alert, finding, time);
    for (const id of taken) this.#courses.close(id, alert.id);
    if (finding.endedAt === undefined) this.#courses.open(finding.id, alert.id);
    else this.#courses.close(finding.id, alert.id);
    const course = this.#courses.of(alert.id);
    if (finding.endedAt === undefined && !inAlarm(alert)) course.recurredAt = time;
    const { open, recurredAt } = course;
    const joined = withFinding(adopted, finding, time, this.#tags, { open, isKnown: known !== undefined, recurredAt });
    if (inAlarm(joined)) this.#occur(alert, joined, finding, known === undefined, time);
    else this.#end(alert, joined, time);
  }

  /** The condition starts, returns or continues. */
  #occur(alert: Alert, joined: Alert, finding: Finding, isNew: boolean, time: number): void {
    const course = this.#courses.of(alert.id);
    const { alert: after, kind, isNewChannel } = occurrenceOf(alert, joined, { finding, isNew, course, time });
    if (kind === 'updated') return this.#update(alert, after, isNewChannel, time);
    if (kind === 'unshelved') return this.#apply(after, kind, monitor, time, 'more urgent than when it was shelved');
    const shown = isHidden(after.state) ? after : (this.#hidden(after, time)?.alert ?? after);
    this.#apply({ ...shown, returnedAt: undefined }, kind, monitor, time);
  }

  /** Ends the condition: the alert returns, unless the condition is likely to recur. */
  #end(alert: Alert, joined: Alert, time: number): void {
    const course = this.#courses.of(alert.id);
    if (hasReturned(alert.state) || !isHeld(joined, this.#alerts, course, time)) return this.#return(joined, time);
    course.awayAt = time;
    this.#update(alert, joined, false, time);
  }

  /** Keeps a change of numbers in memory and stores it periodically; stores one of text, priority or channel at once. */
  #update(alert: Alert, joined: Alert, isNews: boolean, time: number): void {
    const { returns, words } = this.#courses.of(alert.id);
    const chatters = returns.areFrequent(time);
    const reworded = joined.title !== alert.title && !chatters && !words.areFrequent(time);
    if (joined.title !== alert.title) words.add(time);
    const changed = isNews || joined.priority !== alert.priority || reworded;
    // while the store fails, the numbers of a waiting alert stay in memory: the queue does not grow with time
    const waits = this.#publication.isBlocked(alert.id);
    const due = !waits && time - alert.changedAt >= (chatters ? repeatsEveryMs : updateEveryMs);
    if (changed || due) this.#apply(joined, 'updated', monitor, time);
    else this.#remember({ ...joined, changedAt: alert.changedAt });
  }

  /**
   * Advances stream time. Takes parts under maintenance out of service and back. Ends shelving. Drops closed alerts, and findings that an
   * earlier run left open.
   */
  tick(): void {
    const now = this.#clock.now();
    const { settings = noAlarmSettings } = this.#options;
    for (const { alert, taken } of this.#orphans.ended(this.#alerts.values(), now)) {
      for (const id of taken) this.#courses.close(id, alert.id);
      if (inAlarm(alert)) this.#apply(alert, 'updated', monitor, now);
      else this.#return(alert, now);
    }
    for (const alert of this.#alerts.values()) {
      const { awayAt } = this.#courses.of(alert.id);
      if (awayAt !== undefined && now - awayAt >= heldMs(alert, this.#alerts)) this.#return(alert, now, awayAt);
    }
    this.#advanceReturns(now);
    this.#watchConsequences(now);
    for (const alert of this.#alerts.values()) {
      const act = this.#hidden(alert, now) ?? afterTimers(alert, settings, now);
      if (act !== undefined) this.#apply({ ...act.alert, changedAt: now }, act.kind, monitor, now);
    }
    for (const [id, alert] of this.#alerts) {
      if (!isOpen(alert.state) && now - (alert.returnedAt ?? alert.changedAt) > joinGapMs) this.#forget(id, alert);
    }
  }

  #advanceReturns(now: number): void {
    for (const { alert, stays } of this.#options.returns?.advance(this.#alerts.values(), now) ?? [])
      if (stays === undefined) this.#return(alert, now);
      else if (!this.#publication.isBlocked(alert.id)) this.#apply(stays, 'updated', monitor, now);
  }

  /** States when consequences of open alerts reach their limits. */
  #watchConsequences(now: number): void {
    const present = [...this.#alerts.values()].filter(inAlarm);
    const stated = this.#outlooks?.advance(present, (alert) => this.#incidents.consequencesOf(alert), now);
    for (const { alert, outlook } of stated ?? []) this.#apply({ ...alert, outlook, changedAt: now }, 'updated', monitor, now);
  }

  /** The alert in the state that the present reasons to hide it require; undefined if nothing changes. */
  #hidden(alert: Alert, now: number): Act | undefined {
    if (!isOpen(alert.state)) return undefined;
    const { maintenance, suppression } = this.#options;
    const isOutOfService = areFindingsCovered(alert, (finding) => maintenance?.covers(finding) ?? false);
    return afterHiding(alert, { isOutOfService, cause: suppression?.causeOf(alert, this.#alerts.values()) }, now);
  }

  open(): readonly Alert[] {
    const open = [...this.#alerts.values()].filter(({ state }) => isOpen(state));
    return this.#publication.marked(open.map((alert) => this.#headlines.shownOn(alert)));
  }

  get(id: string): Alert | undefined {
    const alert = this.#find(id);
    return alert === undefined ? undefined : this.#publication.marked([alert])[0];
  }

  async read(id: string): Promise<Alert | undefined> {
    if (this.#find(id) === undefined) {
      const past = await this.#store.get(id);
      // an act may have changed it meanwhile
      if (past !== undefined && this.#find(id) === undefined) this.#past.set(id, past);
    }
    return this.get(id);
  }

  changesAfter(sequence: number, limit: number): readonly AlertChange[] | undefined {
    return this.#publication.after(sequence, limit, this.#clock.now());
  }

  changesOf(id: string, page: ChangePage): Awaitable<readonly AlertChange[]> {
    return this.#store.changesOf(id, page);
  }

  actsOf(incident: string, page: ChangePage): Awaitable<readonly AlertChange[]> {
    return this.#store.actsOf(incident, page);
  }

  async find(query: AlertQuery): Promise<readonly Alert[]> {
    return this.#publication.marked(await this.#store.find(query));
  }

  onSaved(listener: () => void): () => void {
    return this.#saving.subscribe(listener);
  }

  subscribe(listener: (change: AlertChange) => void): () => void {
    return this.#publication.log.subscribe(listener);
  }

  acknowledge(id: string, by: Actor, note?: string): void {
    this.#act(id, by, note, (alert, now) => acknowledged(alert, now, by));
  }

  shelve(id: string, request: ShelfRequest, by: Actor): boolean {
    const channels = this.#alerts.has(id) ? this.#courses.of(id).channels : [];
    return this.#act(id, by, request.reason, (alert, now) => {
      const after = shelved(alert, request, by, now, channels);
      return after === undefined ? undefined : { alert: after, kind: 'shelved' };
    });
  }

  unshelve(id: string, by: Actor): boolean {
    return this.#act(id, by, undefined, (alert) => {
      const after = unshelved(alert);
      return after === undefined ? undefined : { alert: after, kind: 'unshelved' };
    });
  }

  reset(id: string, by: Actor, note?: string): boolean {
    return this.#act(id, by, note, afterReset);
  }

  /** Performs an act on an alert that is kept in memory; false if the act does not apply to it. */
  #act(id: string, by: Actor, note: string | undefined, run: (alert: Alert, now: number) => Act | undefined): boolean {
    const alert = this.#alerts.get(id) ?? this.#known(id);
    const now = this.#clock.now();
    const act = this.#alerts.has(id) ? run(alert, now) : undefined;
    if (act === undefined) return false;
    this.#apply({ ...act.alert, changedAt: now }, act.kind, by, now, note);
    return true;
  }

  judge(id: string, word: VerdictWord, by: Actor, note?: string): void {
    const verdict = verdictOf(word, this.#clock.now(), by, note);
    // the alert itself does not change, only its annotation
    this.#apply({ ...this.#known(id), verdict }, 'judged', by, verdict.at, note);
  }

  async judgeIncident(incident: string, word: VerdictWord, by: Actor, note?: string): Promise<readonly string[]> {
    await this.read(firstAlertId(incident));
    const stored = await this.#store.find({ incident, limit: mostJudged });
    const verdict = verdictOf(word, this.#clock.now(), by, note);
    const present = stored.map((alert) => this.#find(alert.id) ?? alert);
    const judged = judgedIncident(this.#firstOf(incident), present, verdict);
    for (const alert of judged) this.#apply(alert, 'judged', by, verdict.at, note);
    return judged.filter((alert) => alert.verdict?.ofIncident === true).map(({ id }) => id);
  }

  comment(incident: string, by: Actor, note: string): void {
    const alert = this.#firstOf(incident);
    this.#apply({ ...alert, comments: (alert.comments ?? 0) + 1 }, 'commented', by, this.#clock.now(), note);
  }

  triage(incident: string, triage: Pick<Triage, 'state' | 'assignee'>, by: Actor): void {
    const at = this.#clock.now();
    this.#apply({ ...this.#firstOf(incident), triage: { ...triage, at, by } }, 'triaged', by, at);
  }

  #firstOf(incident: string): Alert {
    return firstOf(incident, (id) => this.#find(id));
  }

  async similarTo(id: string, limit: number): Promise<readonly SimilarAlert[]> {
    await this.read(id);
    return await similarAlerts(this.#known(id), this.#store, limit);
  }

  #find(id: string): Alert | undefined {
    return this.#alerts.get(id) ?? this.#past.get(id);
  }

  #known(id: string): Alert {
    const alert = this.#find(id);
    if (alert === undefined) throw new RangeError(`there is no alert ${id}`);
    return alert;
  }

  /** The alert of a finding: its own, or the open one that it joins. */
  #alertOf(finding: Finding): Alert | undefined {
    const known = this.#courses.alertOf(finding.id);
    if (known !== undefined) return this.#alerts.get(known);
    const now = this.#clock.now();
    const open = openAlertOf(finding, this.#alerts.values(), now);
    return open !== undefined && this.#incidents.isOfLaterEvent(finding, open, now) ? undefined : open;
  }

  #raise(finding: Finding, time: number): void {
    const number = this.#sequence + 1;
    const id = `ALT-${String(number).padStart(6, '0')}`;
    const incident = this.#incidents.of(finding, time) ?? `INC-${String(number).padStart(6, '0')}`;
    this.#courses.open(finding.id, id);
    this.#courses.of(id).channels.add(findingKey(finding));
    const alert = newAlert(id, incident, finding, time, this.#tags);
    this.#apply(this.#hidden(alert, time)?.alert ?? alert, 'raised', monitor, time);
  }

  #return(alert: Alert, time: number, returnedAt = time): void {
    this.#courses.of(alert.id).awayAt = undefined;
    const waiting = hasReturned(alert.state) ? undefined : this.#options.returns?.waiting(alert, time);
    if (waiting !== undefined) return this.#apply({ ...waiting, changedAt: time }, 'updated', monitor, time);
    const { alert: after, kind } = afterReturn(alert, returnedAt);
    this.#apply({ ...after, changedAt: time }, kind, monitor, time);
  }

  #apply(changed: Alert, kind: AlertChangeKind, by: Actor, time: number, note?: string): void {
    // a verdict on a past alert does not reopen it
    const isPresent = kind === 'raised' || this.#alerts.has(changed.id);
    const stated = annunciated(this.#alerts.get(changed.id), changed, time);
    const alert = isPresent ? this.#titled(stated, time) : stated;
    const change: AlertChange = {
      sequence: this.#sequence + 1,
      time,
      kind,
      by,
      alert,
      ...(note === undefined ? {} : { note }),
    };
    this.#store.append(change);
    this.#sequence = change.sequence;
    if (isPresent) this.#remember(alert);
    else this.#past.set(alert.id, alert);
    this.#publication.take(change);
  }

  #remember(alert: Alert): void {
    this.#alerts.set(alert.id, alert);
    this.#incidents.remember(alert);
  }

  /** The alert with the headline of its incident. */
  #titled(alert: Alert, time: number): Alert {
    const members = (): readonly Alert[] => [
      ...this.#incidents.membersOf(alert.incident).filter(({ id }) => id !== alert.id),
      alert,
    ];
    return { ...alert, headline: this.#headlines.of(alert, members, time) };
  }

  #forget(id: string, alert: Alert): void {
    this.#alerts.delete(id);
    this.#past.set(id, alert);
    this.#courses.forget(id);
    this.#incidents.forget(alert);
    if (this.#incidents.membersOf(alert.incident).length === 0) this.#headlines.forget(alert.incident);
  }
}
