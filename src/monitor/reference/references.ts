import type { Actor } from '../../core/alert.ts';
import type { Clock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import { isReferable, mostReferenceValues, type ReferenceSet, type ReferenceValue } from '../../core/reference.ts';
import { changesText, valueCount } from '../../core/reference-changes.ts';
import type { AuditLog, StateStore, StoredBaseline } from '../../core/state.ts';
import type { TagTable } from '../../core/tag.ts';
import { ReferenceSignature } from './signed.ts';

/** Name of the reference set in the store of baselines. */
const name = 'site/reference';
const action = 'reference.approved';

/** Where a reference set is stored. */
interface Stores {
  readonly baselines: { add(baseline: Omit<StoredBaseline, 'version'>): unknown };
  readonly audit: Pick<AuditLog, 'append'>;
}

export interface ReferencesOptions {
  readonly state: Pick<StateStore, 'audit' | 'baselines' | 'keep' | 'saving'>;
  readonly clock: Clock;
  readonly tags: TagTable;
  /** Of the data directory: its key signs the reference set. */
  readonly secret: Buffer;
}

/** The stored reference set: its versions are signed, never overwritten, and audited. */
export class References {
  readonly #options: ReferencesOptions;
  readonly #signature: ReferenceSignature;
  readonly #listeners: ((replaced: ReferenceSet | undefined) => void)[] = [];
  #current: ReferenceSet | undefined;
  #problem: string | undefined;
  /** Number of the last stored version, valid or not. */
  #last = 0;
  #isStoring = false;

  constructor(options: ReferencesOptions) {
    this.#options = options;
    this.#signature = new ReferenceSignature(options.secret);
    this.#load();
  }

  /** Undefined if there is none, or the stored one is not valid. */
  current(): ReferenceSet | undefined {
    return this.#current;
  }

  /** Reason why the stored reference set is not in force, in a sentence. */
  problem(): string | undefined {
    return this.#problem;
  }

  /** Version that the next one replaces; 0 if there is none. */
  get base(): number {
    return this.#current?.version ?? 0;
  }

  /** Calls the listener when another reference set is in force, with that which it replaces. */
  onChange(listener: (replaced: ReferenceSet | undefined) => void): void {
    this.#listeners.push(listener);
  }

  /** @throws ScadaError INPUT_INVALID if the values cannot be a reference set of this plant */
  check(values: readonly ReferenceValue[]): void {
    const { tags } = this.#options;
    if (values.length > mostReferenceValues)
      throw refused(`${values.length} values are too many`, `a reference set has at most ${mostReferenceValues}`);
    const seen = new Set<string>();
    for (const { tag, value, low, high } of values) {
      const known = tags.tags[tags.indexOf(tag) ?? -1];
      if (known === undefined) throw refused(`there is no tag ${tag}`, 'check its name');
      if (!isReferable(known))
        throw refused(`${tag} is no set-point or parameter`, 'leave it out, or set its role in the configuration');
      if (seen.has(tag)) throw refused(`${tag} is stated twice`, 'state each tag once');
      seen.add(tag);
      if (!Number.isFinite(value)) throw refused(`${tag} has no value`, 'leave it out until the monitor reads a good value');
      if ((low === undefined) !== (high === undefined))
        throw refused(`the span of ${tag} has one end`, 'state low and high, or neither');
      if (low !== undefined && high !== undefined && !(low <= value && value <= high))
        throw refused(`the span of ${tag}, ${low} to ${high}, does not contain its value ${value}`, 'correct the span');
    }
  }

  /** @see ReferenceControl */
  async approve(
    values: readonly ReferenceValue[],
    base: number,
    by: Actor,
    reason: string,
    stored: 'first' | 'queued',
  ): Promise<void> {
    this.check(values);
    if (base !== this.base || this.#isStoring)
      throw refused('another reference set was approved meanwhile', 'reload, and compare with it');
    const { state, clock } = this.#options;
    const sorted = values.toSorted((a, b) => (a.tag < b.tag ? -1 : 1));
    const set = { version: this.#last + 1, at: clock.now(), by, reason, values: sorted };
    const former = this.#current;
    const write = (stores: Stores): void => {
      stores.baselines.add({ name, createdAt: set.at, source: reason, content: this.#signature.sign(set) });
      stores.audit.append({
        ...by,
        time: set.at,
        action,
        object: `version ${set.version}`,
        before: former === undefined ? 'none' : `version ${former.version}, ${valueCount(former.values)}`,
        after: changesText(former?.values ?? [], sorted),
        reason,
      });
    };
    this.#isStoring = true;
    try {
      if (stored === 'first') await state.keep(write);
      else write(state);
    } catch (thrown) {
      this.#follow(set.version);
      throw thrown;
    } finally {
      this.#isStoring = false;
    }
    this.#reload();
  }

  /** A write that has lasted too long was refused, and can still end: the set is in force then. */
  #follow(version: number): void {
    const { saving, baselines } = this.#options.state;
    const stop = saving.subscribe(() => {
      const isStored = baselines.latest(name)?.version === version;
      if (isStored && this.#last < version) this.#reload();
      if (isStored || saving.status().state === 'ok') stop();
    });
  }

  #reload(): void {
    const replaced = this.#current;
    this.#load();
    for (const listener of this.#listeners) listener(replaced);
  }

  #load(): void {
    const { audit, baselines } = this.#options.state;
    const stored = baselines.latest(name);
    const set = stored && this.#signature.verified(stored.content);
    const isValid = set !== undefined && set.version === stored?.version;
    const entry = audit.last(action);
    const audited = Number(/^version (\d+)$/.exec(entry?.object ?? '')?.[1] ?? 0);
    this.#last = Math.max(stored?.version ?? 0, 0);
    this.#current = isValid && set.version >= audited ? set : undefined;
    this.#problem = undefined;
    if (stored !== undefined && !isValid) this.#problem = `Version ${stored.version} does not match its signature.`;
    else if (this.#last < audited) this.#problem = `Version ${audited} is missing, although the audit trail has its approval.`;
  }
}

const refused = (message: string, hint: string): ScadaError => new ScadaError('config', 'INPUT_INVALID', message, { hint });
