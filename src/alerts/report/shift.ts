import { randomUUID } from 'node:crypto';
import type { Actor, Alert } from '../../core/alert.ts';
import type { Clock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import type { Handover, HandoverDraft, HandoverHeading, ShiftControl, ShiftNote } from '../../core/handover.ts';
import { Lru } from '../../core/lru.ts';
import type { MaintenanceWindow } from '../../core/maintenance.ts';
import type { Site } from '../../core/monitor.ts';
import { isSamePerson } from '../../core/person.ts';
import type { AuditLog, ShiftStore } from '../../core/state.ts';
import { changedLimits } from './changed-limits.ts';
import { handoverTables } from './handover-tables.ts';

/** Drafts that can still be signed, and for how long, ms. */
const mostDrafts = 64;
const draftMs = 30 * 60_000;
const mostHandovers = 100;
const mostNotes = 100;
/** Begin of a shift without an earlier handover, and the longest one, ms before now. */
const firstShiftMs = 12 * 3_600_000;
const longestShiftMs = 7 * 86_400_000;

export interface ShiftOptions {
  readonly store: ShiftStore;
  readonly audit: AuditLog;
  readonly site: Site;
  readonly clock: Clock;
  readonly alerts: () => readonly Alert[];
  readonly maintenance: () => readonly MaintenanceWindow[];
}

/** Notes of the shift, and its handover with two signatures. */
export class Shift implements ShiftControl {
  readonly #options: ShiftOptions;
  readonly #drafts = new Lru<string, Handover['document']>(mostDrafts);
  /** Id of the handover that was taken over last. */
  #taken: string | undefined;

  constructor(options: ShiftOptions) {
    this.#options = options;
  }

  async draft(): Promise<HandoverDraft> {
    const { store, audit, site, clock, alerts, maintenance } = this.#options;
    const now = clock.now();
    const from = await this.#begin(now);
    const notes = (await store.notes(from, mostNotes)).toReversed();
    const limits = await changedLimits(audit, { from, to: now });
    const document = {
      title: 'Handover of the shift',
      site: site.name,
      timeZone: site.timeZone,
      from,
      to: now,
      madeAt: now,
      notes: [],
      tables: handoverTables({ site, alerts: alerts(), maintenance: maintenance(), limits, notes }),
    };
    const key = randomUUID();
    this.#drafts.set(key, document);
    return { key, document };
  }

  async handovers(): Promise<readonly HandoverHeading[]> {
    return await this.#options.store.handovers(mostHandovers);
  }

  async handover(id: string): Promise<Handover | undefined> {
    return await this.#options.store.handover(id);
  }

  note(text: string, by: Actor): ShiftNote {
    const { store, clock } = this.#options;
    const note = { id: randomUUID(), at: clock.now(), by, text };
    store.addNote(note);
    this.#record('shift.noted', note.id, by, text);
    return note;
  }

  sign(key: string, by: Actor): HandoverHeading {
    const document = this.#drafts.get(key);
    if (document === undefined || this.#options.clock.now() - document.madeAt > draftMs)
      throw refused('this handover is no longer current', 'Read the page again, then sign what it shows.');
    const handover = { id: randomUUID(), outgoing: { at: this.#options.clock.now(), by }, document };
    this.#options.store.addHandover(handover);
    this.#record('handover.signed', handover.id, by);
    return { id: handover.id, outgoing: handover.outgoing };
  }

  async takeOver(id: string, by: Actor): Promise<HandoverHeading> {
    const { store, clock } = this.#options;
    const [last] = await store.handovers(1);
    if (last?.id !== id) throw refused('this is not the last handover', 'Take over the last one.');
    // another user may have signed while the store was read
    if (last.incoming !== undefined || this.#taken === id)
      throw refused('this handover is taken over already', 'The list shows who has signed it.');
    if (isSamePerson(last.outgoing.by, by))
      throw refused('the next shift must sign with another account', 'Sign in as the user who takes over.');
    const incoming = { at: clock.now(), by };
    store.takeOver(id, incoming);
    this.#taken = id;
    this.#record('handover.taken', id, by);
    return { ...last, incoming };
  }

  /** End of the last shift that was taken over. */
  async #begin(now: number): Promise<number> {
    const handovers = await this.handovers();
    const last = handovers.find(({ incoming }) => incoming !== undefined)?.outgoing.at ?? now - firstShiftMs;
    return Math.min(now, Math.max(last, now - longestShiftMs));
  }

  #record(action: string, object: string, by: Actor, reason?: string): void {
    const { audit, clock } = this.#options;
    audit.append({ ...by, time: clock.now(), action, object, ...(reason === undefined ? {} : { reason }) });
  }
}

const refused = (message: string, hint: string): ScadaError => new ScadaError('config', 'INPUT_INVALID', message, { hint });
