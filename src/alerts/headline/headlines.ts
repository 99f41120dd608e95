import { type Alert, type Headline, isMoreUrgent, type Priority } from '../../core/alert.ts';
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

/** The headline of an incident, and the time from which it settles. */
interface Settling {
  readonly headline: Headline;
  /** Most urgent priority so far, and the time at which the incident reached it, ms UTC. */
  readonly priority: Priority;
  readonly since: number;
}

/**
 * Composes titles of incidents. A title names the event at its worst: the writes of a client with what they caused, otherwise the
 * most urgent alert. It changes while the incident settles, and again after a more urgent alert. A repair or a later consequence
 * never becomes the title.
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
  remember({ incident, headline, priority }: Alert): void {
    const known = this.#incidents.get(incident);
    if (headline === undefined || (known !== undefined && known.headline.at >= headline.at)) return;
    this.#incidents.set(incident, { headline, priority, since: Number.NEGATIVE_INFINITY });
  }

  /** The alert with the present headline of its incident, which a later change of another alert may have composed. */
  shownOn(alert: Alert): Alert {
    const known = this.#incidents.get(alert.incident)?.headline;
    return known === undefined || known === alert.headline ? alert : { ...alert, headline: known };
  }

  forget(incident: string): void {
    this.#incidents.delete(incident);
  }

  /**
   * Headline of an incident after a change of one of its alerts.
   * @param members its alerts in memory, with the changed one
   */
  of(changed: Alert, members: () => readonly Alert[], time: number): Headline {
    const known = this.#incidents.get(changed.incident);
    const rises = known === undefined || isMoreUrgent(changed.priority, known.priority);
    if (!rises && time - known.since > settleMs) return known.headline;
    const { priority, since } = rises ? { priority: changed.priority, since: time } : known;
    const composed = this.#compose(changed, members());
    const isSame = known?.headline.title === composed.title && known.headline.sentence === composed.sentence;
    const headline = isSame ? known.headline : { ...composed, at: time };
    this.#incidents.set(changed.incident, { headline, priority, since });
    return headline;
  }

  #compose(changed: Alert, members: readonly Alert[]): Pick<Headline, 'title' | 'sentence'> {
    const written = members.flatMap(({ findings }) => findings.filter(({ explanation }) => explanation.writes !== undefined));
    const writes = written.flatMap(({ explanation }) => explanation.writes ?? []);
    const title = titleOfWrites(writes, { tags: this.#tags, names: this.#names, valueOf: (tag) => this.#valueOf(tag) });
    const [first] = written;
    if (title !== undefined && first !== undefined) return { title: shortened(title), sentence: first.explanation.sentence };
    const [lead = changed] = members.toSorted(byLead);
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
