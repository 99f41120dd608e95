import { join } from 'node:path';
import { Approvals } from '../../alerts/approvals.ts';
import type { MonitorConfig } from '../../config/resolve.ts';
import { systemClock } from '../../core/clock.ts';
import { consoleActor } from '../../core/console-actor.ts';
import { ScadaError } from '../../core/errors.ts';
import { isWithdrawn, type ReferenceValue } from '../../core/reference.ts';
import { changesText, valueCount } from '../../core/reference-changes.ts';
import type { StateStore } from '../../core/state.ts';
import { historyFolder } from '../../data-directory/folders.ts';
import { openDataDirectory } from '../../data-directory/index.ts';
import { References } from '../../monitor/reference/references.ts';
import { prepareState } from '../../state/recovery.ts';
import { openSecret } from '../../state/secret.ts';
import { openState } from '../../state/state.ts';
import { openHistorian } from '../backtest/stored.ts';
import { chosenTags, chosenValues, type Span } from './choose.ts';
import { lastValues } from './last-values.ts';
import { valueText } from './text.ts';

export interface ApproveOptions {
  readonly data: string;
  readonly reason: string;
  readonly add: readonly string[];
  readonly exclude: readonly string[];
  readonly span: readonly Span[];
  /** Time of the values, ms UTC; now if absent. */
  readonly at?: number;
  readonly print: (line: string) => void;
}

/**
 * Approves the last values of the historian as the reference set, or requests it where a second person must approve.
 * @throws ScadaError DATA_IN_USE while the monitor runs, INPUT_INVALID for a tag without a value
 */
export async function approveStored(config: MonitorConfig, options: ApproveOptions, signal: AbortSignal): Promise<void> {
  const { reason, add, exclude, span, at = systemClock.now(), print } = options;
  const { tags } = config;
  using stored = openReferences(config, options.data, 'reference approve');
  const { references, directory } = stored;
  const former = references.current()?.values;
  const choice = { add, exclude, spans: span };
  const names = chosenTags(tags, former, choice);
  await using historian = await openHistorian(config, join(directory, historyFolder), systemClock);
  const values = chosenValues(names, former, await lastValues(historian, { tags: names, at }, signal), choice);
  references.check(values);
  for (const value of values) print(valueText(value, tags));
  if (await isRequested(config, stored, values, reason)) {
    print(`${valueCount(values)} wait: they are in force when another user approves them in System, Alarms.`);
    return;
  }
  await references.approve(values, references.base, consoleActor(), reason, 'first');
  print(`Reference set version ${references.base} with ${valueCount(values)} is in force with the next start of the monitor.`);
}

/**
 * Withdraws the reference set, so that nothing is compared, or requests it where a second person must approve.
 * @throws ScadaError DATA_IN_USE while the monitor runs, INPUT_INVALID if there is none
 */
export async function withdrawStored(
  config: MonitorConfig,
  { data, reason, print }: Pick<ApproveOptions, 'data' | 'reason' | 'print'>,
): Promise<void> {
  using stored = openReferences(config, data, 'reference withdraw');
  const { references } = stored;
  const current = references.current();
  if (references.problem() === undefined && (current === undefined || isWithdrawn(current)))
    throw new ScadaError('config', 'INPUT_INVALID', 'there is no reference set to withdraw', { hint: 'nothing is compared' });
  if (await isRequested(config, stored, [], reason)) {
    print('The withdrawal waits: it is in force when another user approves it in System, Alarms.');
    return;
  }
  await references.approve([], references.base, consoleActor(), reason, 'first');
  print(`Version ${references.base} withdraws the reference set: nothing is compared from the next start of the monitor.`);
}

interface StoredReferences extends Disposable {
  readonly references: References;
  readonly state: StateStore;
  /** Path of the data directory. */
  readonly directory: string;
}

/** Opens the reference set of a stopped monitor: a running one has its own copy of it. */
function openReferences({ tags }: MonitorConfig, data: string, command: string): StoredReferences {
  const now = systemClock.now();
  using opened = new DisposableStack();
  const directory = opened.use(openDataDirectory(data, command, now));
  prepareState(directory.path, now);
  const state = opened.use(openState(directory.path));
  const references = new References({ state, clock: systemClock, tags, secret: openSecret(directory.path).key });
  const kept = opened.move();
  return { references, state, directory: directory.path, [Symbol.dispose]: () => kept.dispose() };
}

/** Requests a reference set if a second person must approve. @returns true if it waits */
async function isRequested(
  config: MonitorConfig,
  { references, state }: StoredReferences,
  values: readonly ReferenceValue[],
  reason: string,
): Promise<boolean> {
  if (config.alarmRecords?.secondPerson !== true) return false;
  const { approvals: store, audit, keep } = state;
  const approvals = new Approvals({ store, audit, keep, clock: systemClock, required: true });
  const text = changesText(references.current()?.values ?? [], values);
  await approvals.request({ kind: 'reference', values, base: references.base, text }, consoleActor(), reason);
  return true;
}
