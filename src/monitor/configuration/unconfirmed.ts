import { createHash } from 'node:crypto';
import type { MonitorConfig } from '../../config/resolve.ts';
import type { Actor } from '../../core/alert.ts';
import {
  type ChangedConfiguration,
  type ChangedSetting,
  changedText,
  type ConfigurationControl,
} from '../../core/changed-configuration.ts';
import type { Clock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import type { AuditLog, StateStore, StoredBaseline } from '../../core/state.ts';
import { isCovered } from './differences.ts';
import type { Settings } from './setting-text.ts';

/** Name of the unconfirmed changes in the store of baselines. */
const name = 'site/unconfirmed';
/** Most settings that the audit entry of a confirmation names; each has an entry of its own. */
const mostNamed = 10;

/** Confirmed values of the settings that have others now; null if there was none. */
type Stored = {
  readonly at: number;
  readonly former: Readonly<Record<string, string | null>>;
};
/** Where changes are stored. */
interface Stores {
  readonly baselines: { add(baseline: Omit<StoredBaseline, 'version'>): unknown };
  readonly audit: Pick<AuditLog, 'append'>;
}

export interface UnconfirmedOptions {
  readonly state: Pick<StateStore, 'audit' | 'baselines' | 'keep' | 'saving'>;
  readonly clock: Clock;
  /** Name of the configuration file without its folder. */
  readonly file: string;
  readonly now: Settings;
  /** Changes since the last start that can weaken the watch. */
  readonly weaker: readonly ChangedSetting[];
}

/**
 * Changed settings that can weaken the watch, until a person confirms them. They are stored as the values that were confirmed last:
 * a restart finds the same changes again, and a setting that has its former value again is no change any more.
 */
export class Unconfirmed implements ConfigurationControl {
  readonly #options: UnconfirmedOptions;
  readonly #former: Stored['former'];
  readonly #listeners: ((by: Actor, reason: string) => void)[] = [];
  #open: ChangedConfiguration | undefined;
  #isStoring = false;
  /** Sentence about a changed configuration that nobody needs to confirm. */
  note: string | undefined;

  constructor(options: UnconfirmedOptions) {
    this.#options = options;
    const { state, clock, file, now, weaker } = options;
    const stored = storedIn(state.baselines.latest(name)?.content);
    const added = weaker.filter(({ object }) => !(object in stored.former));
    const all = { ...stored.former, ...Object.fromEntries(added.map(({ object, before }) => [object, before ?? null])) };
    this.#former = Object.fromEntries(Object.entries(all).filter(([object, before]) => (now[object] ?? null) !== before));
    const at = Object.keys(stored.former).length === 0 ? clock.now() : stored.at;
    if (JSON.stringify(this.#former) !== JSON.stringify(stored.former)) this.#store(state, { at, former: this.#former });
    const settings = Object.entries(this.#former)
      .filter(([object]) => !isCovered(object, now))
      .map(([object, before]) => ({ object, before: before ?? undefined, after: now[object] }));
    const id = createHash('sha256')
      .update(JSON.stringify([at, settings]))
      .digest('hex')
      .slice(0, 8);
    this.#open = settings.length === 0 ? undefined : { id, at, file, settings };
  }

  open(): ChangedConfiguration | undefined {
    return this.#open;
  }

  /** The configuration with the protection that lasts until its change is confirmed: a second person. */
  guarded(config: MonitorConfig): MonitorConfig {
    if (this.#former['second person'] !== 'needed') return config;
    const { alarmRecords = { records: [] }, site } = config;
    return { ...config, site: { ...site, secondPerson: true }, alarmRecords: { ...alarmRecords, secondPerson: true } };
  }

  /** Calls the listener when the open change has been confirmed. */
  onConfirmed(listener: (by: Actor, reason: string) => void): void {
    this.#listeners.push(listener);
  }

  async confirm(id: string, by: Actor, reason: string, stored: 'first' | 'queued'): Promise<void> {
    const open = this.#open;
    if (open?.id !== id || this.#isStoring)
      throw new ScadaError('config', 'INPUT_INVALID', 'this change of the configuration does not wait any more', {
        hint: 'reload the page',
      });
    const { state, clock } = this.#options;
    const after = changedText(open.settings, mostNamed);
    const entry = { ...by, time: clock.now(), action: 'config.confirmed', object: open.file, after, reason };
    const write = (stores: Stores): void => {
      this.#store(stores, { at: open.at, former: {} });
      stores.audit.append(entry);
    };
    this.#isStoring = true;
    try {
      if (stored === 'first') await state.keep(write);
      else write(state);
    } catch (thrown) {
      this.#follow(open, by, reason);
      throw thrown;
    } finally {
      this.#isStoring = false;
    }
    this.#end(open, by, reason);
  }

  #end(open: ChangedConfiguration, by: Actor, reason: string): void {
    if (this.#open !== open) return;
    this.#open = undefined;
    for (const listener of this.#listeners) listener(by, reason);
  }

  /** A write that has lasted too long was refused, and can still end: the confirmation takes effect then. */
  #follow(open: ChangedConfiguration, by: Actor, reason: string): void {
    const { saving, baselines } = this.#options.state;
    const stop = saving.subscribe(() => {
      const isStored = Object.keys(storedIn(baselines.latest(name)?.content).former).length === 0;
      if (isStored) this.#end(open, by, reason);
      if (isStored || saving.status().state === 'ok') stop();
    });
  }

  #store({ baselines }: Pick<Stores, 'baselines'>, content: Stored): void {
    baselines.add({ name, createdAt: this.#options.clock.now(), source: this.#options.file, content });
  }
}

function storedIn(content: unknown): Stored {
  const known = content as Partial<Stored> | null | undefined;
  return { at: known?.at ?? 0, former: known?.former ?? {} };
}
