import { matchedTags, recordReturnProblem, unknownNames } from '../../core/alarm-match.ts';
import {
  type AlarmRecord,
  type AlarmRecordAct,
  type AlarmRecordControl,
  type AlarmRecordEntry,
  type AlarmRecordImport,
  alarmRecordLimits,
  type AlarmRecordVersion,
  type MatchedPlant,
  type RationalisedLimit,
} from '../../core/alarm-record.ts';
import type { Actor } from '../../core/alert.ts';
import { isSamePerson } from '../../core/person.ts';
import type { Clock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import type { FindingChange } from '../../core/finding.ts';
import { returnNotation, type StatedReturn } from '../../core/return-condition.ts';
import type { AlarmRecordStore, AuditLog } from '../../core/state.ts';
import type { TagTable } from '../../core/tag.ts';
import { RecordIndex } from './record-index.ts';
import { entryOf, isInForce, isSame, weakened } from './versions.ts';

/** Most records that the sentence of a self-protection alert names. */
const mostNamed = 3;

export interface AlarmRecordsOptions {
  readonly store: AlarmRecordStore;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly clock: Clock;
  readonly tags: TagTable;
  readonly plant: Omit<MatchedPlant, 'tags' | 'tagOf'>;
  /** Types of detectors that judge by rules of the configuration, such as limits. */
  readonly stated: readonly string[];
  /** True if each change needs the approval of another user. */
  readonly secondPerson: boolean;
  /** Called when a person has removed a record, lowered its priority or changed its match, with a sentence. */
  readonly onWeakened: (sentence: string) => void;
}

/** A change before it has a version. */
interface Step {
  readonly act: AlarmRecordAct;
  readonly by: Actor;
  readonly reason: string;
  readonly origin: AlarmRecordVersion['origin'];
  readonly record?: AlarmRecord | undefined;
}

/** Keeps the alarm records and their history, and makes findings that match one alarms. */
export class AlarmRecords implements AlarmRecordControl {
  readonly secondPerson: boolean;
  readonly #options: AlarmRecordsOptions;
  readonly #versions: Map<string, readonly AlarmRecordVersion[]>;
  readonly plant: MatchedPlant;
  #index: RecordIndex;

  constructor(options: AlarmRecordsOptions) {
    this.#options = options;
    this.secondPerson = options.secondPerson;
    this.plant = { ...options.plant, ...matchedTags(options.tags) };
    this.#versions = Map.groupBy(options.store.all(), ({ id }) => id);
    this.#index = new RecordIndex(this.list());
  }

  list(): readonly AlarmRecordEntry[] {
    return [...this.#versions]
      .map(([id, versions]) => entryOf(id, versions))
      .filter(({ inForce, proposal }) => inForce !== undefined || proposal !== undefined)
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  history(id: string): readonly AlarmRecordVersion[] {
    return this.#versions.get(id) ?? [];
  }

  limits(): readonly RationalisedLimit[] {
    return this.#options.tags.tags.flatMap(({ name, equipment, area, limits }) => {
      const stated = limits === undefined ? [] : [limits.highHigh, limits.high, limits.low, limits.lowLow];
      if (limits === undefined || stated.every((one) => one === undefined)) return [];
      const { priority, response } = limits;
      if (priority !== undefined && response !== undefined) return [{ tag: name, priority, response }];
      return [{ tag: name, ...this.#index.ofLimit({ tag: name, equipment, area }, this.#options.stated) }];
    });
  }

  /** The change of a finding, with the alarm of the record that it matches. */
  rationalised(change: FindingChange): FindingChange {
    // the end of a finding makes no alert more urgent
    return change.change === 'end' ? change : { ...change, finding: this.#index.rationalised(change.finding) };
  }

  /** Return condition of the record in force; undefined if it states none. */
  returnOf(id: string): StatedReturn | undefined {
    return this.#index.returnOf(id);
  }

  change(record: AlarmRecord, version: number, by: Actor, reason: string): void {
    this.#checkVersion(record.id, version);
    this.#checkNames(record);
    this.#checkCount([record]);
    if (isSame(entryOf(record.id, this.history(record.id)).inForce?.record, record))
      throw refused(`the record ${record.id} is already like this`, 'change at least one field');
    this.#append([[record.id, this.#byPerson('changed', by, reason, record)]]);
  }

  remove(id: string, version: number, by: Actor, reason: string): void {
    this.#checkVersion(id, version);
    if (entryOf(id, this.history(id)).inForce === undefined) throw refused(`no record ${id} is in force`, 'reload the list');
    this.#append([[id, this.#byPerson('removed', by, reason)]]);
  }

  decide(id: string, version: number, accept: boolean, by: Actor, reason: string): void {
    this.#checkVersion(id, version);
    const { proposal } = entryOf(id, this.history(id));
    if (proposal === undefined) throw refused(`no change of ${id} waits for approval`, 'reload the list');
    if (accept && isSamePerson(proposal.by, by))
      throw refused(`the change of ${id} is your own`, 'another user with the permission must approve it');
    const { record } = proposal;
    this.#append([
      [
        id,
        accept ? { act: 'approved', by, reason, origin: 'person', record } : { act: 'rejected', by, reason, origin: 'person' },
      ],
    ]);
  }

  import(records: readonly AlarmRecord[], by: Actor, reason: string): AlarmRecordImport {
    for (const record of records) this.#checkNames(record);
    this.#checkCount(records);
    const known = new Map(this.list().map((entry) => [entry.id, entry]));
    const different = records.filter((record) => !isSame(known.get(record.id)?.inForce?.record, record));
    this.#append(different.map((record) => [record.id, this.#byPerson('changed', by, reason, record)]));
    const changed = different.filter(({ id }) => known.get(id)?.inForce !== undefined).length;
    return { added: different.length - changed, changed, unchanged: records.length - different.length };
  }

  /** Follows the file of the configuration: it decides about records that no person has changed. */
  follow(records: readonly AlarmRecord[], by: Actor, file: string): void {
    const stated = new Map(records.map((record) => [record.id, record]));
    const own = [...this.#versions].filter(([, versions]) => versions.at(-1)?.origin === 'file');
    const gone = own.filter(([id, versions]) => !stated.has(id) && versions.at(-1)?.record !== undefined);
    const follows = new Set(own.map(([id]) => id));
    const different = records.filter(
      ({ id }) => !this.#versions.has(id) || (follows.has(id) && !isSame(this.history(id).at(-1)?.record, stated.get(id))),
    );
    const step = { by, reason: `of ${file}`, origin: 'file' } as const;
    this.#append([
      ...gone.map(([id]): [string, Step] => [id, { ...step, act: 'removed' }]),
      ...different.map((record): [string, Step] => [record.id, { ...step, act: 'changed', record }]),
    ]);
  }

  #byPerson(act: 'changed' | 'removed', by: Actor, reason: string, record?: AlarmRecord): Step {
    if (reason.trim() === '') throw refused('a change of an alarm record needs a reason', 'state why it is changed');
    const proposed = act === 'changed' ? 'proposed' : 'proposed-removal';
    return { act: this.secondPerson ? proposed : act, by, reason, origin: 'person', record };
  }

  #append(steps: readonly (readonly [string, Step])[]): void {
    if (steps.length === 0) return;
    const { store, audit, clock, onWeakened } = this.#options;
    const at = clock.now();
    const added = steps.map(
      ([id, { record, ...step }]): AlarmRecordVersion => ({
        id,
        version: this.history(id).length + 1,
        at,
        ...step,
        ...(record === undefined ? {} : { record }),
      }),
    );
    store.append(added);
    const losses: string[] = [];
    for (const version of added) {
      const before = entryOf(version.id, this.history(version.id)).inForce?.record;
      this.#versions.set(version.id, [...this.history(version.id), version]);
      const { by, act, id, reason, record, origin } = version;
      audit.append({
        ...by,
        time: at,
        action: `alarm-record.${act}`,
        object: id,
        before: shortOf(before),
        after: shortOf(record),
        reason,
      });
      // the alarm of the changed configuration names those of the file
      const loss = origin === 'person' && isInForce(version) ? weakened(before, record) : undefined;
      if (loss !== undefined) losses.push(`Alarm record ${id}: ${loss}, by ${by.role}.`);
    }
    this.#index = new RecordIndex(this.list());
    const more = losses.length > mostNamed ? ` And ${losses.length - mostNamed} more.` : '';
    if (losses.length > 0) onWeakened(`${losses.slice(0, mostNamed).join(' ')}${more}`);
  }

  #checkVersion(id: string, version: number): void {
    const last = this.history(id).length;
    if (version === last) return;
    const what = last === 0 ? `there is no record ${id}` : `the record ${id} has another version by now`;
    throw refused(what, 'reload the list and repeat the change');
  }

  #checkNames({ id, match, returnWhen }: AlarmRecord): void {
    const problem = recordReturnProblem(returnWhen, this.plant);
    if (problem !== undefined) throw refused(`record ${id}: returnWhen: ${problem}`, `state ${returnNotation}`);
    const [unknown] = unknownNames(match, this.plant);
    if (unknown !== undefined)
      throw refused(
        `record ${id}: ${unknown.list} has no ${unknown.name} in this plant`,
        'correct the name, or use a pattern with *',
      );
  }

  #checkCount(records: readonly AlarmRecord[]): void {
    const ids = new Set([...this.list(), ...records].map(({ id }) => id));
    if (ids.size > alarmRecordLimits.records)
      throw refused(
        `there would be ${ids.size} alarm records, more than ${alarmRecordLimits.records}`,
        'use patterns to join records',
      );
  }
}

const shortOf = (record: AlarmRecord | undefined): string | undefined =>
  record === undefined ? undefined : `priority ${record.priority}, ${record.response.split('\n')[0]}`.slice(0, 120);

const refused = (message: string, hint: string): ScadaError => new ScadaError('config', 'INPUT_INVALID', message, { hint });
