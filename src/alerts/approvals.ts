import { randomUUID } from 'node:crypto';
import type { Actor } from '../core/alert.ts';
import type { ApprovalControl, ApprovalRequest, ReducingAct } from '../core/approvals.ts';
import type { ConfigurationControl } from '../core/changed-configuration.ts';
import type { Clock } from '../core/clock.ts';
import { differenceOf } from '../core/difference.ts';
import { ScadaError } from '../core/errors.ts';
import { formatDuration } from '../core/format.ts';
import { isSamePerson, isUnaccountable } from '../core/person.ts';
import { isWithdrawn } from '../core/reference.ts';
import type { Protection } from './protection.ts';
import type { ApprovalStore, AuditEntry, AuditLog, KeepAct } from '../core/state.ts';

/** Most requests that wait at once. */
const mostWaiting = 50;
/** Time for which a request waits, ms: every shift of a day can decide about it. */
const waitsMs = 86_400_000;
/** Most objects that a text names. */
const mostNamed = 3;
const monitor: Actor = { role: 'monitor', session: 'monitor' };

export interface ApprovalsOptions {
  readonly store: ApprovalStore;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly keep: KeepAct;
  readonly clock: Clock;
  readonly required: boolean;
  /** Bounds of the acts that hide alerts; without them, `required` decides. */
  readonly protection?: Pick<Protection, 'exceeds'> | undefined;
  /** The changed configuration, whose confirmation can wait; without it, such a request waits until it is decided or expires. */
  readonly configuration?: Pick<ConfigurationControl, 'open'> | undefined;
}

/** Keeps the acts that wait for a second person. */
export class Approvals implements ApprovalControl {
  readonly required: boolean;
  readonly #options: ApprovalsOptions;
  /** Acts whose requests are being stored, and requests that are being decided. */
  readonly #storing = new Set<ReducingAct>();
  readonly #deciding = new Set<string>();

  constructor(options: ApprovalsOptions) {
    this.#options = options;
    this.required = options.required;
  }

  needs(act: ReducingAct, by: Actor): boolean {
    return this.#options.protection?.exceeds(act, by) ?? this.required;
  }

  waiting(): readonly ApprovalRequest[] {
    const { store, clock } = this.#options;
    const now = clock.now();
    const all = store.list();
    const endOf = ({ id, expiresAt, act }: ApprovalRequest): 'expired' | 'void' | undefined => {
      if (this.#deciding.has(id)) return undefined;
      if (expiresAt <= now) return 'expired';
      return this.#isVoid(act) ? 'void' : undefined;
    };
    return all.filter((request) => {
      const end = endOf(request);
      if (end !== undefined) this.#end(request, end, monitor, undefined);
      return end === undefined;
    });
  }

  /** True if nothing is left to do: the changed configuration was undone, or is another one by now. */
  #isVoid(act: ReducingAct): boolean {
    const { configuration } = this.#options;
    return configuration !== undefined && act.kind === 'configuration' && configuration.open()?.id !== act.change;
  }

  async request(act: ReducingAct, by: Actor, reason: string): Promise<ApprovalRequest> {
    const { keep, clock } = this.#options;
    if (isUnaccountable(by))
      throw refused(
        'the token of this program belongs to no person, so that nobody can be its second person',
        'create the token on the page, under System, Users',
      );
    const acts = [...this.waiting().map((one) => one.act), ...this.#storing];
    if (acts.some((one) => differenceOf(one, act) === undefined))
      throw refused('the same act waits for a second person already', 'ask another user to approve it');
    if (acts.length >= mostWaiting)
      throw refused(`${mostWaiting} requests wait for a second person`, 'approve or reject some of them first');
    const at = clock.now();
    const request = { id: randomUUID(), at, expiresAt: at + waitsMs, by, reason, act };
    this.#storing.add(act);
    try {
      await keep(({ approvals, audit }) => {
        approvals.add(request);
        audit.append(this.#entry(request, 'requested', by, reason));
      });
    } finally {
      this.#storing.delete(act);
    }
    return request;
  }

  async approve(id: string, by: Actor, reason: string, perform: (request: ApprovalRequest) => Promise<void>): Promise<void> {
    const request = this.#known(id);
    if (isSamePerson(request.by, by))
      throw refused('the request is your own', 'another user with the permission must approve it');
    const { store, audit, keep } = this.#options;
    await this.#decide(id, async () => {
      // a disk that stores nothing refuses the approval before its act takes effect
      await keep(({ approvals }) => {
        approvals.remove(id);
        approvals.add(request);
      });
      // in one turn with the act, so that both are in one transaction
      this.#end(request, 'approved', by, reason);
      try {
        await perform(request);
      } catch (thrown) {
        store.add(request);
        audit.append(this.#entry(request, 'failed', monitor, undefined));
        throw thrown;
      }
    });
  }

  async reject(id: string, by: Actor, reason: string): Promise<void> {
    const request = this.#known(id);
    await this.#decide(
      id,
      async () =>
        await this.#options.keep(({ approvals, audit }) => {
          approvals.remove(id);
          audit.append(this.#entry(request, 'rejected', by, reason));
        }),
    );
  }

  /** Lets one user at a time decide about a request. */
  async #decide(id: string, work: () => Promise<void>): Promise<void> {
    this.#deciding.add(id);
    try {
      await work();
    } finally {
      this.#deciding.delete(id);
    }
  }

  #known(id: string): ApprovalRequest {
    const request = this.waiting().find((one) => one.id === id);
    if (request === undefined || this.#deciding.has(id)) throw refused('this request does not wait any more', 'reload the list');
    return request;
  }

  #end(request: ApprovalRequest, what: 'approved' | 'expired' | 'void', by: Actor, reason: string | undefined): void {
    const { store, audit } = this.#options;
    store.remove(request.id);
    audit.append(this.#entry(request, what, by, reason));
  }

  #entry({ by: requester, act }: ApprovalRequest, what: string, by: Actor, reason: string | undefined): AuditEntry {
    const before = requester.user === undefined ? requester.role : `${requester.user}, ${requester.role}`;
    const asked = what === 'requested' ? {} : { before: `requested by ${before}` };
    return { ...by, time: this.#options.clock.now(), action: `approval.${what}`, object: actText(act), ...asked, reason };
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
    case 'learn': {
      const { raises } = act;
      const first = raises.slice(0, mostNamed).map(({ detector, channel }) => `${detector} of ${channel}`);
      return `learn ${act.alert} as normal: raise the threshold of ${listed(first, raises.length)}`;
    }
    case 'episodes': {
      const { decisions } = act;
      const first = decisions.slice(0, mostNamed).map(({ id, as = 'undecided' }) => `${id} ${as}`);
      return `decide about the calibration: ${listed(first, decisions.length)}`;
    }
    case 'configuration':
      return `confirm the changed configuration: ${act.text}`;
    case 'reference':
      return `${isWithdrawn(act) ? 'withdraw' : 'approve'} the reference set: ${act.text}`;
    case 'maintain':
      return `take ${act.place.kind} ${act.place.id} out of service for ${formatDuration(act.minutes * 60_000)}`;
    case 'plan': {
      const { place, from, lastsMs, repeat } = act;
      const again = repeat === undefined ? '' : `, each ${repeat}`;
      const begin = new Date(from).toISOString();
      return `plan maintenance of ${place.kind} ${place.id} from ${begin} for ${formatDuration(lastsMs)}${again}`;
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
