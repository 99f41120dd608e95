import { randomUUID } from 'node:crypto';
import type { Actor } from '../core/alert.ts';
import type { Clock } from '../core/clock.ts';
import { ScadaError } from '../core/errors.ts';
import type { Located } from '../core/join.ts';
import type { MaintenanceControl, MaintenancePlace, MaintenanceWindow } from '../core/maintenance.ts';
import type { AuditLog, MaintenanceStore } from '../core/state.ts';
import type { TagTable } from '../core/tag.ts';
import { covers, isAt } from './places.ts';

/** Longest time for which a part of the plant can be taken out of service without a renewal, ms. */
const longestMs = 30 * 86_400_000;

export interface MaintenanceOptions {
  readonly store: MaintenanceStore;
  readonly audit: AuditLog;
  readonly tags: TagTable;
  readonly devices: readonly string[];
  readonly clock: Clock;
  /** Called when a window has begun or ended, with the tags that are out of service from then on, and the event. */
  readonly onChange: (tags: readonly number[], text: string) => void;
}

/** Parts of the plant that are out of service now. */
export class Maintenance implements MaintenanceControl {
  readonly #options: MaintenanceOptions;
  #open: readonly MaintenanceWindow[];

  constructor(options: MaintenanceOptions) {
    this.#options = options;
    this.#open = options.store.during(options.clock.now(), Infinity);
  }

  open(): readonly MaintenanceWindow[] {
    const now = this.#options.clock.now();
    for (const window of this.#open.filter(({ to }) => to <= now)) this.#close(window, { role: 'monitor', session: 'monitor' });
    return this.#open;
  }

  begin(place: MaintenancePlace, to: number, by: Actor, reason: string): MaintenanceWindow {
    const { store, clock, tags, devices } = this.#options;
    const from = clock.now();
    const isKnown = place.kind === 'device' ? devices.includes(place.id) : tags.tags.some((tag) => isAt(tag, place));
    if (!isKnown) throw refused(`there is no ${place.kind} ${place.id}`, 'choose one that the configuration names');
    if (!(to > from) || to - from > longestMs) throw refused('maintenance lasts from a moment to 30 days', 'choose another end');
    const window = { id: randomUUID(), place, from, to, by: by.role, reason };
    store.add(window);
    this.#open = [...this.open(), window].sort((a, b) => a.to - b.to);
    this.#report(window, 'began', by);
    return window;
  }

  end(id: string, by: Actor): void {
    const window = this.open().find((one) => one.id === id);
    if (window === undefined) throw refused(`no maintenance ${id} is open`, 'it may have run out by itself');
    this.#options.store.end(id, this.#options.clock.now());
    this.#close(window, by);
  }

  /** Tags that are out of service now. */
  tags(): number[] {
    return this.#options.tags.tags.flatMap((tag, index) => (this.#open.some(({ place }) => isAt(tag, place)) ? [index] : []));
  }

  /** True if all tags of a finding are out of service. */
  covers(finding: Located & { readonly tags: readonly string[] }): boolean {
    return covers(
      this.open().map(({ place }) => place),
      finding,
      this.#options.tags,
    );
  }

  #close(window: MaintenanceWindow, by: Actor): void {
    this.#open = this.#open.filter((one) => one !== window);
    this.#report(window, 'ended', by);
  }

  #report({ place, to, reason }: MaintenanceWindow, what: 'began' | 'ended', by: Actor): void {
    const { audit, clock, onChange } = this.#options;
    const until = `until ${new Date(to).toISOString()}`;
    const object = `${place.kind} ${place.id}`;
    audit.append({ ...by, time: clock.now(), action: `maintenance.${what}`, object, after: until, reason });
    onChange(this.tags(), `maintenance of ${object} ${what}${what === 'began' ? ` ${until}` : ''}: ${reason}`);
  }
}

const refused = (message: string, hint: string): ScadaError => new ScadaError('config', 'INPUT_INVALID', message, { hint });
