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
import { defaultJoinMs, noAlarmSettings } from '../core/alarm-settings.ts';
import type { Clock } from '../core/clock.ts';
import type { Explanation, Finding, FindingChange } from '../core/finding.ts';
import type { Influence } from '../core/influence.ts';
import { joinGapMs } from '../core/join.ts';
import type { AlertFeed, SimilarAlert } from '../core/monitor.ts';
import { formatDuration } from '../core/format.ts';
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
import { TokenBucket } from '../core/token-bucket.ts';
import { acknowledged, type Act, afterHiding, afterReset, afterReturn, annunciated } from './acts.ts';
import { byClient } from './client-findings.ts';
import { newAlert, withFinding } from './compose.ts';
import { Courses, heldMs, isHeld } from './course.ts';
import { endOf, inAlarm } from './findings.ts';
import { Headlines } from './headline/headlines.ts';
import { firstOf, judgedIncident, mostJudged, verdictOf } from './incident-verdict.ts';
import type { AlertManagerOptions } from './manager-options.ts';
import { aboutNews } from './news.ts';
import { notCovered, occurrenceOf } from './occurrence.ts';
import { Orphans } from './orphans.ts';
import { areFindingsCovered } from './places.ts';
import { Outlooks } from './outlook/outlooks.ts';
import { PresentAlerts } from './present-alerts.ts';
import { Publication } from './publication.ts';
import { Recalls } from './recalls.ts';
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
 * Most mere updates of all alerts that are stored and published in a second, and at once. In a flood alerts take turns, so that neither the disk
 * nor the pages grow with the number of alerts. A change of state or priority is never delayed.
 */
const updates = { perSecond: 50, burst: 200 };

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
  /** Earlier alerts that were read or changed last, for acts on them. */
  readonly #past = new Lru<string, Alert>(mostPast);
  readonly #alerts: PresentAlerts;
  readonly #courses = new Courses();
  readonly #orphans: Orphans;
  readonly #headlines: Headlines;
  readonly #outlooks: Outlooks | undefined;
  readonly #recalls = new Recalls();
  readonly #updates: TokenBucket;
  /** Alerts whose last update waits for its turn. */
  readonly #waiting = new Set<string>();

  constructor(options: AlertManagerOptions) {
    const { store, clock, epoch, tags, areas, saving = savedAtOnce, settings } = options;
    this.#options = options;
    this.#store = store;
    this.#saving = saving;
    this.#tags = tags;
    this.#alerts = new PresentAlerts({ tags, areas }, settings?.joinMs ?? defaultJoinMs);
    this.#clock = clock;
    this.#orphans = new Orphans({ clock, tags, latest: options.latest });
    this.#updates = new TokenBucket(clock, updates.perSecond, updates.burst);
    this.#headlines = new Headlines(options);
    this.#outlooks = options.latest && new Outlooks(tags, options.latest);
    const { alerts, sequence, recent } = store.open();
    this.#sequence = sequence;
    this.#publication = new Publication(saving, epoch, sequence, recent);
    for (const { unlisted, ...alert } of alerts) {
      // an open finding that is not listed joins the alert again with its next update
      const known = unlisted === undefined ? alert : { ...alert, unlisted: { ...unlisted, open: 0 } };
      this.#alerts.remember(known);
      this.#alerts.incidents.file(known);
      this.#headlines.remember(known);
      this.#recalls.restore(known, clock.now());
      const { stated } = this.#courses.of(alert.id);
      for (const finding of alert.findings) {
        stated.add(finding);
        if (finding.endedAt !== undefined) continue;
        this.#orphans.add(alert, finding);
        this.#courses.open(finding.id, alert.id);
      }
      // the previous run ended while the alert chattered
      const end = endOf(known) ?? Number.NEGATIVE_INFINITY;
      if (!hasReturned(alert.state) && end > (alert.returnedAt ?? 0)) this.#courses.of(alert.id).awayAt = end;
    }
  }

  /** Uses what another baseline knows about consequences, from now on. */
  useInfluences(learned: readonly Influence[]): void {
    this.#alerts.incidents.use(learned);
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

  /** Applies a change of a finding to the alerts before it returns. */
  take(change: FindingChange): void {
    for (const one of byClient(change)) this.#take(one);
  }

  #take({ change, finding }: FindingChange): void {
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
    const isKnown = known !== undefined;
    // more may be known of the clients of an act, and of what they wrote
    if (finding.endedAt === undefined && (!isKnown || finding.network === true)) this.#alerts.incidents.note(alert.id, finding);
    const { open, recurredAt, isRecalled } = course;
    const joined = withFinding(adopted, finding, time, this.#tags, { open, isKnown, recurredAt, isRecalled });
    if (inAlarm(joined)) this.#occur(alert, joined, finding, !isKnown, time);
    else this.#end(alert, joined, time);
  }

  /** The condition starts, returns or continues. */
  #occur(alert: Alert, joined: Alert, finding: Finding, isNew: boolean, time: number): void {
    const course = this.#courses.of(alert.id);
    const { alert: after, kind, isNewChannel, act } = occurrenceOf(alert, joined, { finding, isNew, course, time });
    if (act !== undefined) {
      const explanation = aboutNews(finding.explanation, act.writes);
      if (this.#recalls.take(alert, explanation, time)) return this.#recall(after, explanation, time);
    }
    if (kind === 'updated') return this.#update(alert, after, isNewChannel, time);
    if (kind === 'unshelved') return this.#apply(after, kind, monitor, time, notCovered);
    const shown = isHidden(after.state) ? after : (this.#hidden(after, time)?.alert ?? after);
    this.#apply({ ...shown, returnedAt: undefined }, kind, monitor, time);
  }

  /** Annunciates an acknowledged alert again because of a further act, of which its text is from then on. @param note text about the acts */
  #recall(alert: Alert, explanation: Explanation, time: number, note?: string): void {
    this.#courses.of(alert.id).isRecalled = true;
    const called = { ...alert, state: 'B' as const, explanation, title: explanation.title, changedAt: time };
    this.#apply(called, 'recurred', monitor, time, note);
  }

  /** Calls for the alerts whose further acts have waited long enough. */
  #recallDue(now: number): void {
    for (const id of this.#recalls.ids()) {
      const alert = this.#alerts.get(id);
      if (alert?.state === 'C') this.#recallNow(alert, now);
      else this.#recalls.forget(id);
      // it was shelved while the act waited for its call
      const shown = alert?.state === 'G' ? unshelved(alert) : undefined;
      if (shown !== undefined) this.#apply({ ...shown, changedAt: now }, 'unshelved', monitor, now, notCovered);
    }
  }

  /** @param isForced the alert returns to normal and cannot wait @returns the alert after the call; undefined if none is due */
  #recallNow(alert: Alert, now: number, isForced = false): Alert | undefined {
    const waiting = this.#recalls.due(alert, now, isForced);
    if (waiting === undefined) return undefined;
    const { acts, since, explanation } = waiting;
    const note = acts === 1 ? undefined : `${acts} further acts in the last ${formatDuration(Math.max(1_000, now - since))}`;
    this.#recall(alert, explanation, now, note);
    return this.#alerts.get(alert.id);
  }

  /** Ends the condition: the alert returns, unless the condition is likely to recur. */
  #end(alert: Alert, joined: Alert, time: number): void {
    const course = this.#courses.of(alert.id);
    if (hasReturned(alert.state) || !isHeld(joined, this.#alerts.isDriven(joined), course, time))
      return this.#return(joined, time);
    course.awayAt = time;
    course.away.elapsed(time, this.#clock);
    this.#update(alert, joined, false, time);
  }

  /** Keeps a change of numbers in memory and stores it periodically; stores one of text, priority or channel at once. */
  #update(alert: Alert, joined: Alert, isNews: boolean, time: number): void {
    const { returns, words } = this.#courses.of(alert.id);
    const chatters = returns.areFrequent(time);
    const reworded = joined.title !== alert.title && !chatters && !words.areFrequent(time);
    if (joined.title !== alert.title) words.add(time);
    const rises = joined.priority !== alert.priority;
    const changed = isNews || reworded;
    // while the store fails, the numbers of a waiting alert stay in memory: the queue does not grow with time
    const waits = this.#publication.isBlocked(alert.id);
    const due = !waits && Math.abs(time - alert.changedAt) >= (chatters ? repeatsEveryMs : updateEveryMs);
    if (rises || ((changed || due) && this.#updates.take())) return this.#apply(joined, 'updated', monitor, time);
    if (changed || due) this.#waiting.add(alert.id);
    this.#alerts.remember({ ...joined, changedAt: alert.changedAt });
  }

  /** Stores updates that waited for their turn, the oldest first. */
  #updateWaiting(now: number): void {
    for (const id of this.#waiting) {
      const alert = this.#alerts.get(id);
      if (alert !== undefined && !this.#updates.take()) return;
      this.#waiting.delete(id);
      if (alert !== undefined) this.#apply({ ...alert, changedAt: now }, 'updated', monitor, now);
    }
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
      const { awayAt, away } = this.#courses.of(alert.id);
      if (awayAt === undefined || away.elapsed(awayAt, this.#clock) < heldMs(alert, this.#alerts.isDriven(alert))) continue;
      this.#return(alert, now, awayAt);
    }
    this.#advanceReturns(now);
    this.#watchConsequences(now);
    for (const alert of this.#alerts.values()) {
      const elapsed = (since: number): number => this.#courses.of(alert.id).waits.elapsed(since, this.#clock);
      const act = this.#hidden(alert, now) ?? afterTimers(alert, settings, now, elapsed);
      if (act !== undefined) this.#apply({ ...act.alert, changedAt: now }, act.kind, monitor, now);
    }
    this.#recallDue(now);
    this.#updateWaiting(now);
    for (const alert of this.#alerts.values())
      if (!isOpen(alert.state) && now - (alert.returnedAt ?? alert.changedAt) > joinGapMs) this.#forget(alert);
  }

  #advanceReturns(now: number): void {
    for (const { alert, stays } of this.#options.returns?.advance(this.#alerts.values(), now) ?? [])
      if (stays === undefined) this.#return(alert, now);
      else if (!this.#publication.isBlocked(alert.id)) this.#apply(stays, 'updated', monitor, now);
  }

  /** States when consequences of open alerts reach their limits. */
  #watchConsequences(now: number): void {
    const present = [...this.#alerts.values()].filter(inAlarm);
    const stated = this.#outlooks?.advance(present, (alert) => this.#alerts.incidents.consequencesOf(alert), now);
    for (const { alert, outlook } of stated ?? []) this.#apply({ ...alert, outlook, changedAt: now }, 'updated', monitor, now);
  }

  /** The alert in the state that the present reasons to hide it require; undefined if nothing changes. */
  #hidden(alert: Alert, now: number): Act | undefined {
    if (!isOpen(alert.state)) return undefined;
    const { maintenance, suppression } = this.#options;
    const isOutOfService = areFindingsCovered(alert, (finding) => maintenance?.covers(finding) ?? false);
    const isShelfOver = this.#isShelfOver(alert);
    return afterHiding(
      alert,
      { isOutOfService, isShelfOver, cause: suppression?.causeOf(alert, (device) => this.#alerts.isLost(device)) },
      now,
    );
  }

  #isShelfOver({ id, shelf }: Alert): boolean {
    return shelf !== undefined && this.#courses.of(id).shelf.isOver(shelf.at, shelf.until, this.#clock);
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
      if (after === undefined) return undefined;
      // the first look, from which its time counts
      this.#isShelfOver(after);
      return { alert: after, kind: 'shelved' };
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
    return this.#alerts.ofNew(finding, this.#clock.now());
  }

  #raise(finding: Finding, time: number): void {
    const number = this.#sequence + 1;
    const id = `ALT-${String(number).padStart(6, '0')}`;
    const found = this.#alerts.incidents.of(finding);
    const incident = found?.incident ?? `INC-${String(number).padStart(6, '0')}`;
    this.#courses.open(finding.id, id);
    const course = this.#courses.of(id);
    course.channels.add(findingKey(finding));
    course.stated.add(finding);
    const alert = newAlert(id, { incident, joined: found?.joined }, finding, time, this.#tags);
    this.#alerts.incidents.note(id, finding);
    this.#apply(this.#hidden(alert, time)?.alert ?? alert, 'raised', monitor, time);
  }

  #return(returning: Alert, time: number, returnedAt = time): void {
    const alert = (returning.state === 'C' ? this.#recallNow(returning, time, true) : undefined) ?? returning;
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
    const alert = isPresent ? { ...stated, headline: this.#headlines.of(stated, time, isCalling(kind)) } : stated;
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
    if (isPresent) this.#alerts.remember(alert);
    else this.#past.set(alert.id, alert);
    this.#waiting.delete(alert.id);
    this.#publication.take(change);
  }

  #forget(alert: Alert): void {
    this.#past.set(alert.id, alert);
    this.#courses.forget(alert.id);
    this.#recalls.forget(alert.id);
    this.#headlines.forgetAlert(alert);
    if (!this.#alerts.forget(alert)) return;
    this.#headlines.forget(alert.incident);
    this.#recalls.forgetIncident(alert.incident);
  }
}

/** True for a change by which something new is annunciated. */
const isCalling = (kind: AlertChangeKind): boolean => kind === 'raised' || kind === 'recurred';
