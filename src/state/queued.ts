import type { Clock } from '../core/clock.ts';
import type { Logger } from '../core/plugin.ts';
import type { StateSaving, StateStore } from '../core/state.ts';
import { liveAlerts, liveAudit, liveMinor, liveShifts, memoryOf, mirrored, type Read } from './live-stores.ts';
import { operationsOf, perform } from './writer/operation.ts';
import { type StateOwner, StateProcess } from './writer/process.ts';
import { WriteQueue } from './writer/queue.ts';

export interface QueuedStateOptions {
  /** The machine's clock. */
  readonly clock: Clock;
  readonly logger: Logger;
  /** Receives one line for each write that was not saved at the end; for stderr. */
  readonly report: (line: string) => void;
  /** Reason why all writes are lost at the end of the run; undefined if they are kept. */
  readonly temporary?: string | undefined;
  /** Owner of the database. Default: a process of its own. */
  readonly owner?: StateOwner;
}

/** Reads that leave out waiting writes while these cannot be written. */
const onDiskOnly = new Set(['idsDuring', 'lives']);

/**
 * Opens `state.db` for a running monitor: no method waits for the disk. A process of its own has the database. What judging, limits, pages
 * and notifiers need is read once and kept in memory. A write takes effect there at once and goes into a queue, which that process writes
 * in order; `saving` reports the progress. Other reads ask that process, include waiting writes, and have a time limit.
 * @throws ScadaError STATE_CORRUPT, or STATE_UNAVAILABLE if the disk does not answer
 */
export async function openQueuedState(dir: string, options: QueuedStateOptions): Promise<StateStore & AsyncDisposable> {
  const { owner = new StateProcess(options.clock, options.logger).of(dir), temporary } = options;
  const contents = await owner.load().catch(async (thrown: unknown) => {
    await owner.close();
    throw thrown;
  });
  const queue = new WriteQueue({ ...options, owner, savedSequence: contents.alerts.sequence });
  const memory = memoryOf(contents);
  const read: Read = async (call) => {
    // alerts that are found are merged with waiting writes in memory
    const isSaved = call.method === 'find' || (await queue.settled()) || onDiskOnly.has(call.method);
    return await owner.read({ call, ...(isSaved ? { waiting: [], writing: 0 } : queue.unsaved()) });
  };
  return {
    id: contents.id,
    alerts: liveAlerts(contents, queue, read),
    audit: liveAudit(memory.audit, queue, read),
    users: mirrored('users', memory.users, queue),
    sessions: mirrored('sessions', memory.sessions, queue),
    displays: mirrored('displays', memory.displays, queue),
    apiTokens: mirrored('apiTokens', memory.apiTokens, queue),
    baselines: mirrored('baselines', memory.baselines, queue),
    maintenance: mirrored('maintenance', memory.maintenance, queue),
    minor: liveMinor(contents, queue, read),
    shifts: liveShifts(queue, read),
    alarmRecords: mirrored('alarmRecords', memory.alarmRecords, queue),
    approvals: mirrored('approvals', memory.approvals, queue),
    annotations: mirrored('annotations', memory.annotations, queue),
    pens: mirrored('pens', memory.pens, queue),
    keep: async (act) => {
      const operations = operationsOf(act);
      await queue.keep(operations, () => {
        for (const operation of operations) perform(memory, operation);
      });
    },
    saving: temporary === undefined ? queue : lostAtEnd(queue, temporary, options.clock.now()),
    [Symbol.dispose]: () => memory[Symbol.dispose](),
    [Symbol.asyncDispose]: async () => {
      await queue[Symbol.asyncDispose]();
      memory[Symbol.dispose]();
    },
  };
}

/** Writes to a temporary copy never count as saved. */
function lostAtEnd(queue: WriteQueue, reason: string, since: number): StateSaving {
  return {
    savedSequence: queue.savedSequence,
    status: () => {
      const status = queue.status();
      return status.state === 'failing' ? status : { ...status, state: 'temporary', since, reason };
    },
    settled: async () => {
      await queue.settled();
      return false;
    },
    subscribe: (listener) => queue.subscribe(listener),
  };
}
