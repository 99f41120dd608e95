import type { Actor } from './alert.ts';

/** A changed setting: object and former and present value as text; undefined if there is none. */
export interface ChangedSetting {
  readonly object: string;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

/** Separates the entries of a list in the text of a setting. */
export const lineBreak = '\n';

/** Settings of the configuration in force that can weaken the watch of the plant, and that nobody has confirmed. */
export interface ChangedConfiguration {
  /** The same after a restart with the same settings. */
  readonly id: string;
  /** Start with the first of these changes, ms UTC. */
  readonly at: number;
  /** Name of the file without its folder. */
  readonly file: string;
  readonly settings: readonly ChangedSetting[];
}

/** Confirmation of changed settings by a person who states the reason. The audit trail records it. */
export interface ConfigurationControl {
  /** Undefined if every change is confirmed. */
  open(): ChangedConfiguration | undefined;
  /**
   * Confirms all changed settings.
   * @param stored `first`: takes effect when it is on disk. `queued`: is written with the other writes of this turn of the event loop
   * @throws ScadaError INPUT_INVALID if this change is not open any more, STATE_UNAVAILABLE if it is not on disk
   */
  confirm(id: string, by: Actor, reason: string, stored: 'first' | 'queued'): Promise<void>;
}

/** Begin of the name of settings whose values can be secrets: each is stored as its name and the hash of its value. */
export const settingsOf = 'settings of ';

/** Hash of a value that is too long to be stored. */
const hash = /sha256:[0-9a-f]{8}/g;

/** Both values for people: the entries of a list in one line, and words for a hash, which nobody can read. */
export function shownValues(setting: ChangedSetting): Pick<ChangedSetting, 'before' | 'after'> {
  const { object, before, after } = setting;
  if (object.startsWith(settingsOf)) return changedNames(setting);
  const shown = (value: string | undefined, other: string | undefined, changed: string): string | undefined =>
    value?.replaceAll(lineBreak, '; ').replaceAll(hash, (one) => (other?.includes(one) === true ? 'as before' : changed));
  return { before: shown(before, after, 'former value'), after: shown(after, before, 'another value') };
}

/** Texts of the first changed settings, e.g. `CW.LT01 high 5 m → 6 m; detector frozen disabled and 3 more`. */
export function changedText(settings: readonly ChangedSetting[], most: number): string {
  const more = settings.length > most ? ` and ${settings.length - most} more` : '';
  return `${settings.slice(0, most).map(settingText).join('; ')}${more}`;
}

function settingText(setting: ChangedSetting): string {
  const { object } = setting;
  const { before, after = 'none' } = shownValues(setting);
  if (object.startsWith(settingsOf)) {
    const names = new Set([...differing(setting.before, setting.after), ...differing(setting.after, setting.before)]);
    return names.size === 0 ? `${object} changed` : `${object} changed: ${[...names].join(', ')}`;
  }
  if (before === 'enabled') return `${object} disabled`;
  if (before === 'watched') return `${object} removed`;
  if (before === undefined && /^(?:suppression|notifier) /.test(object)) return `${object}: ${after}`;
  return before === undefined ? `${object} now ${after}` : `${object} ${before} → ${after}`;
}

/** Settings that differ, by their names alone. Two entries of a list can have exchanged some. */
function changedNames({ before, after }: ChangedSetting): Pick<ChangedSetting, 'before' | 'after'> {
  const [former, other] = [differing(before, after), differing(after, before)];
  if (former.length + other.length === 0) return { before: 'former combination', after: 'another combination' };
  const shown = (names: readonly string[], word: string) => (names.length === 0 ? undefined : `${names.join(', ')}: ${word}`);
  return { before: shown(former, 'former value'), after: shown(other, 'another value') };
}

/** Names of the settings in a value that the other one does not have alike. */
function differing(value = '', other = ''): string[] {
  const entries = (of: string): string[] => of.split(/, |\n/).filter((entry) => entry !== '');
  const known = new Set(entries(other));
  const names = entries(value).filter((entry) => !known.has(entry));
  return [...new Set(names.map((entry) => entry.slice(0, entry.indexOf(' '))))];
}
