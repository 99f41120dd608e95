import { join } from 'node:path';
import { Approvals } from '../../alerts/approvals.ts';
import type { MonitorConfig } from '../../config/resolve.ts';
import { systemClock } from '../../core/clock.ts';
import { consoleActor } from '../../core/console-actor.ts';
import { changesText, valueCount } from '../../core/reference-changes.ts';
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
  const [by, now] = [consoleActor(), systemClock.now()];
  // a running monitor has its own copy of the reference set
  using directory = openDataDirectory(options.data, 'reference approve', now);
  prepareState(directory.path, now);
  using state = openState(directory.path);
  const references = new References({ state, clock: systemClock, tags, secret: openSecret(directory.path).key });
  const former = references.current()?.values;
  const choice = { add, exclude, spans: span };
  const names = chosenTags(tags, former, choice);
  await using historian = await openHistorian(config, join(directory.path, historyFolder), systemClock);
  const values = chosenValues(names, former, await lastValues(historian, { tags: names, at }, signal), choice);
  references.check(values);
  for (const value of values) print(valueText(value, tags));
  const { base } = references;
  if (config.alarmRecords?.secondPerson === true) {
    const { approvals: store, audit, keep } = state;
    const approvals = new Approvals({ store, audit, keep, clock: systemClock, required: true });
    await approvals.request({ kind: 'reference', values, base, text: changesText(former ?? [], values) }, by, reason);
    print(`${valueCount(values)} wait: they are in force when another user approves them in System, Alarms.`);
    return;
  }
  await references.approve(values, base, by, reason, 'first');
  print(`Reference set version ${references.base} with ${valueCount(values)} is in force with the next start of the monitor.`);
}
