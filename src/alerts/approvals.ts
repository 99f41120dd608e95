import { randomUUID } from 'node:crypto';
import type { Actor } from '../core/alert.ts';
import { type ApprovalControl, type ApprovalRequest, isSamePerson, type ReducingAct } from '../core/approvals.ts';
import type { Clock } from '../core/clock.ts';
import { differenceOf } from '../core/difference.ts';
import { ScadaError } from '../core/errors.ts';
import { formatDuration } from '../core/format.ts';
import type { ApprovalStore, AuditLog } from '../core/state.ts';

/** Most requests that wait at once. */
const mostWaiting = 50;
/** Time for which a request waits, ms: every shift of a day can decide about it. */
const waitsMs = 86_400_000;
/** Most objects that a text names. */
const mostNamed = 3;

export interface ApprovalsOptions {
  readonly store: ApprovalStore;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly required: boolean;
}

/** Keeps the acts that wait for a second person. */
export class Approvals implements ApprovalControl {
  readonly required: boolean;
  readonly #options: ApprovalsOptions;
  #waiting: readonly ApprovalRequest[];

  constructor(options: ApprovalsOptions) {
    this.#options = options;
    this.required = options.required;
    this.#waiting = options.store.list();
  }

  waiting(): readonly ApprovalRequest[] {
    const now = this.#options.clock.now();
    for (const request of this.#waiting.filter(({ expiresAt }) => expiresAt <= now))
      this.#end(request, 'expired', { role: 'monitor', session: 'monitor' }, undefined);
    return this.#waiting;
  }

  request(act: ReducingAct, by: Actor, reason: string): ApprovalRequest {
    const waiting = this.waiting();
    if (waiting.some((one) => differenceOf(one.act, act) === undefined))
      throw refused('the same act waits for a second person already', 'ask another user to approve it');
    if (waiting.length >= mostWaiting)
      throw refused(`${mostWaiting} requests wait for a second person`, 'approve or reject some of them first');
    const at = this.#options.clock.now();
    const request = { id: randomUUID(), at, expiresAt: at + waitsMs, by, reason, act };
    this.#options.store.add(request);
    this.#waiting = [...waiting, request];
    this.#report(request, 'requested', by, reason);
    return request;
  }

  async approve(id: string, by: Actor, reason: string, perform: (request: ApprovalRequest) => Promise<void>): Promise<void> {
    const request = this.#known(id);
    if (isSamePerson(request.by, by))
      throw refused('the request is your own', 'another user with the permission must approve it');
    // ended first: a second approval cannot perform the act again
    this.#end(request, 'approved', by, reason);
    try {
      await perform(request);
    } catch (thrown) {
      this.#options.store.add(request);
      this.#waiting = [request, ...this.#waiting];
      this.#report(request, 'failed', { role: 'monitor', session: 'monitor' }, undefined);
      throw thrown;
    }
  }

  reject(id: string, by: Actor, reason: string): void {
    this.#end(this.#known(id), 'rejected', by, reason);
  }

  #known(id: string): ApprovalRequest {
    const request = this.waiting().find((one) => one.id === id);
    if (request === undefined) throw refused('this request does not wait any more', 'reload the list');
    return request;
  }

  #end(request: ApprovalRequest, what: 'approved' | 'rejected' | 'expired', by: Actor, reason: string | undefined): void {
    this.#options.store.remove(request.id);
    this.#waiting = this.#waiting.filter(({ id }) => id !== request.id);
    this.#report(request, what, by, reason);
  }

  #report({ by: requester, act }: ApprovalRequest, what: string, by: Actor, reason: string | undefined): void {
    const { audit, clock } = this.#options;
    const before = requester.user === undefined ? requester.role : `${requester.user}, ${requester.role}`;
    const asked = what === 'requested' ? {} : { before: `requested by ${before}` };
    audit.append({ ...by, time: clock.now(), action: `approval.${what}`, object: actText(act), ...asked, reason });
  }
}

/** Sentence part about an act, e.g. `shelve ALT-000012 for 2 d`. */
export function actText(act: ReducingAct): string {
  switch (act.kind) {
    case 'unlearn':
      return `unlearn ${act.line.detector} of ${act.line.channel}`;
    case 'edit': {
      const figures = Object.entries(act.figures).map(([name, value]) => `${name} ${value}`);
      return `edit ${act.line.detector} of ${act.line.channel}: ${figures.join(', ')}`;
    }
    case 'episodes': {
      const { decisions } = act;
      const first = decisions.slice(0, mostNamed).map(({ id, as = 'undecided' }) => `${id} ${as}`);
      return `decide about the calibration: ${listed(first, decisions.length)}`;
    }
    case 'shelve': {
      const ids = listed(act.ids.slice(0, mostNamed), act.ids.length);
      return `shelve ${ids} for ${formatDuration(act.minutes * 60_000)}`;
    }
  }
}

const listed = (names: readonly string[], total: number): string =>
  `${names.join(', ')}${total > names.length ? ` and ${total - names.length} more` : ''}`;

const refused = (message: string, hint: string): ScadaError => new ScadaError('config', 'INPUT_INVALID', message, { hint });
