import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { MonitorConfig } from '../../config/resolve.ts';
import { systemClock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import { isWithdrawn } from '../../core/reference.ts';
import { eventsFolder } from '../../data-directory/folders.ts';
import { differingOf, linesOf, measuredIn } from '../../monitor/reference/lines.ts';
import { References } from '../../monitor/reference/references.ts';
import { writesTo } from '../../monitor/reference/writes.ts';
import { openSecret } from '../../state/secret.ts';
import { openState } from '../../state/state.ts';
import { headingText, linesText } from './text.ts';

/** Differences as lines of text. */
export interface Differences {
  readonly isEqual: boolean;
  readonly lines: readonly string[];
}

/**
 * Lists the set-points and parameters that differ from the reference set, as the monitor has found them. It reads the data directory
 * alone, so that the monitor may run.
 * @returns `isEqual` is false if a value differs, or the stored set is not valid
 */
export async function listDifferences(
  { tags }: Pick<MonitorConfig, 'tags'>,
  data: string,
  signal: AbortSignal,
): Promise<Differences> {
  if (!existsSync(join(data, 'state.db')))
    throw new ScadaError('config', 'INPUT_INVALID', `${data} is no data directory of a monitor`, {
      hint: 'give the --data directory of scadawatch run',
    });
  using state = openState(data);
  const references = new References({ state, clock: systemClock, tags, secret: openSecret(data).key });
  const [set, problem] = [references.current(), references.problem()];
  if (problem !== undefined) return { isEqual: false, lines: [`The reference set is not in force. ${problem}`] };
  if (set === undefined) return { isEqual: true, lines: ['There is no reference set: nothing is compared.'] };
  if (isWithdrawn(set)) return { isEqual: true, lines: [headingText(set), 'It is withdrawn: nothing is compared.'] };
  const { alerts } = state.alerts.open();
  const measured = measuredIn(alerts);
  const stated = new Map(set.values.map(({ tag, value }) => [tag, value]));
  // the monitor compares each poll: what has no finding was as approved
  const presentOf = (tag: number): number | undefined => measured.get(tags.at(tag).name) ?? stated.get(tags.at(tag).name);
  const lines = linesOf({ tags, values: set.values, alerts, presentOf });
  const writes = await writesTo(join(data, eventsFolder), differingOf(lines, tags), signal);
  const written = lines.map((line) => ({ ...line, write: writes.get(line.tag) }));
  return { isEqual: !lines.some(({ state: is }) => is === 'differs'), lines: [headingText(set), ...linesText(written, tags)] };
}
