import { type Alert, type Headline, isMoreUrgent, needsAcknowledgement, type Priority } from '../../core/alert.ts';
import type { ObservedWrite } from '../../core/finding.ts';
import type { Area, LatestValues } from '../../core/monitor.ts';
import { isGood } from '../../core/quality.ts';
import type { TagTable } from '../../core/tag.ts';
import { settleMs } from './settle.ts';
import { EquipmentNames } from './several.ts';
import { titleOfWrites } from './writes.ts';

const longestTitle = 80;

export interface HeadlineOptions {
  readonly tags: TagTable;
  /** Names of equipment; ids are shown without them. */
  readonly areas?: readonly Pick<Area, 'equipment'>[] | undefined;
  /** Present values, by which the effect of a command is known. */
  readonly latest?: Pick<LatestValues, 'value' | 'quality'> | undefined;
}

/** A write with the sentence of its finding, and the time from which it is known, ms UTC. */
interface Known {
  readonly write: ObservedWrite;
  readonly sentence: string;
  readonly at: number;
}

/** The headline of an incident, and the alerts that it is composed from. */
interface Settling {
  headline?: Headline;
  /** Most urgent priority so far, and the time at which the incident reached it or called again, ms UTC. */
  priority?: Priority;
  since: number;
  /** What was known before it is not named any more, ms UTC: it was acknowledged when somebody acted again. */
  from: number;
  lead?: Alert;
  /** Writes by client, tag and value, in the order of the first. */
  readonly writes: Map<string, Known>;
  /** Ids of alerts that wait for an acknowledgement. */
  readonly waiting: Set<string>;
}

/** Most writes of an incident that are remembered. */
const mostWrites = 500;

/**
 * Composes titles of incidents. A title names the event at its worst: the writes of a client with what they caused, otherwise the
 * most urgent alert. It changes while the incident settles, after a more urgent alert, and when something new is annunciated in an incident
 * that was acknowledged. A repair or a later consequence never becomes the title. The cost of a change does not depend on the number of alerts.
 */
export class Headlines {
  readonly #tags: TagTable;
  readonly #names: EquipmentNames;
  readonly #latest: HeadlineOptions['latest'];
  readonly #incidents = new Map<string, Settling>();

  constructor({ tags, areas = [], latest }: HeadlineOptions) {
    this.#tags = tags;
    this.#names = new EquipmentNames(areas);
    this.#latest = latest;
  }

  /** Takes over an alert of an earlier run: its headline stays unless a more urgent alert follows. */
  remember(alert: Alert): void {
    const { headline, priority } = alert;
    const known = this.#take(alert, Number.NEGATIVE_INFINITY);
    if (headline === undefined || (known.headline !== undefined && known.headline.at >= headline.at)) return;
    Object.assign(known, { headline, priority, since: Number.NEGATIVE_INFINITY });
  }

  /** The alert with the present headline of its incident, which a later change of another alert may have composed. */
  shownOn(alert: Alert): Alert {
    const known = this.#incidents.get(alert.incident)?.headline;
    return known === undefined || known === alert.headline ? alert : { ...alert, headline: known };
  }

  forget(incident: string): void {
    this.#incidents.delete(incident);
  }

  forgetAlert({ id, incident }: Alert): void {
    const known = this.#incidents.get(incident);
    known?.waiting.delete(id);
    if (known?.lead?.id === id) delete known.lead;
  }

  /** Headline of an incident after a change of one of its alerts. @param calls something new is annunciated by the change */
  of(changed: Alert, time: number, calls: boolean): Headline {
    const before = this.#incidents.get(changed.incident);
    const isNews = calls && before !== undefined && before.waiting.size === 0 && before.lead !== undefined;
    const known = this.#take(changed, time);
    if (isNews) Object.assign(known, { from: time, lead: changed });
    const rises = known.priority === undefined || isMoreUrgent(changed.priority, known.priority);
    if (!rises && !isNews && known.headline !== undefined && time - known.since > settleMs) return known.headline;
    if (rises || isNews) known.since = time;
    if (rises) known.priority = changed.priority;
    const composed = this.#compose(known.lead ?? changed, known);
    const isSame = known.headline?.title === composed.title && known.headline.sentence === composed.sentence;
    const headline = isSame && known.headline !== undefined ? known.headline : { ...composed, at: time };
    known.headline = headline;
    return headline;
  }

  /** Adds what an alert states to its incident. */
  #take(alert: Alert, time: number): Settling {
    const known: Settling = this.#incidents.get(alert.incident) ?? {
      since: time,
      from: Number.NEGATIVE_INFINITY,
      writes: new Map(),
      waiting: new Set(),
    };
    this.#incidents.set(alert.incident, known);
    if (needsAcknowledgement(alert.state)) known.waiting.add(alert.id);
    else known.waiting.delete(alert.id);
    const isOwn = known.lead === undefined || known.lead.id === alert.id;
    const isNew = (alert.annunciatedAt ?? alert.raisedAt) >= known.from;
    if (isOwn || (isNew && known.lead !== undefined && byLead(alert, known.lead) < 0)) known.lead = alert;
    for (const { explanation } of alert.findings)
      for (const write of explanation.writes ?? []) {
        const key = `${write.client} ${write.tag} ${write.after}`;
        const at = known.writes.get(key)?.at ?? (known.writes.size < mostWrites ? time : undefined);
        if (at !== undefined) known.writes.set(key, { write, sentence: explanation.sentence, at });
      }
    return known;
  }

  #compose(lead: Alert, { writes, from }: Settling): Pick<Headline, 'title' | 'sentence'> {
    const written = [...writes.values()].filter(({ at }) => at >= from);
    const title = titleOfWrites(
      written.map(({ write }) => write),
      { tags: this.#tags, names: this.#names, valueOf: (tag) => this.#valueOf(tag) },
    );
    const [first] = written;
    if (title !== undefined && first !== undefined) return { title: shortened(title), sentence: first.sentence };
    return { title: lead.title, sentence: lead.explanation.sentence };
  }

  #valueOf(tag: number): number | undefined {
    const quality = this.#latest?.quality[tag];
    return quality !== undefined && isGood(quality) ? this.#latest?.value[tag] : undefined;
  }
}

const shortened = (title: string): string => (title.length <= longestTitle ? title : `${title.slice(0, longestTitle - 1)}…`);

/** A fact of the process, such as a stopped pump, leads before the pattern of values. */
const isFact = ({ findings }: Alert): boolean => findings.some(({ physical }) => physical === true);

/** An act that was observed, such as a restart, leads before what it causes. */
const isSeenAct = ({ network, latching }: Alert): boolean => network === true && latching === true;

/** The most urgent alert first, then an act of a client, then a fact of the process, then the first-out. */
function byLead(a: Alert, b: Alert): number {
  if (a.priority !== b.priority) return isMoreUrgent(a.priority, b.priority) ? -1 : 1;
  const leads = Number(isSeenAct(b)) - Number(isSeenAct(a)) || Number(isFact(b)) - Number(isFact(a));
  return leads || a.since - b.since || (a.id < b.id ? -1 : 1);
}
