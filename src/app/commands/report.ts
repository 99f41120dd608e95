import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { alarmReport } from '../../alerts/report/index.ts';
import { calendarPeriods } from '../../core/calendar.ts';
import { systemClock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import { printedCsv, printedHtml } from '../../core/printed-file.ts';
import type { ReportQuery } from '../../core/report.ts';
import { openState } from '../../state/state.ts';
import { type CommonOptions, commonOptions } from '../options.ts';
import { loadUntouched } from './untouched.ts';

interface Options extends CommonOptions, ReportQuery {
  readonly out: string;
}

/** `scadawatch report`: writes the alarm report of a day, week or month to a file. */
export function reportCommand(program: Command): void {
  commonOptions(program.command('report'))
    .description(
      'write the alarm report of a day, week or month: rates, floods, most frequent alarms, acknowledgement, precision',
    )
    .argument('<plant.yaml>', 'plant configuration')
    .requiredOption('--out <file>', 'file to write, NAME.html or NAME.csv')
    .addOption(new Option('--period <period>', 'length of the period').choices([...calendarPeriods]).default('day'))
    .option('--date <date>', 'date in the period, YYYY-MM-DD in the time zone of the site (default: today)')
    .option('--position <name>', 'operator position (default: the whole plant)')
    .addHelpText('after', '\nThe monitor may run meanwhile. The report names no persons.')
    .action(write);
}

async function write(file: string, options: Options): Promise<void> {
  const { data, out, period, date, position } = options;
  if (!/\.(html|csv)$/.test(out)) throw refused(`${out}: a report is an .html or a .csv file`, `--out ${out}.html`);
  if (!existsSync(join(data, 'state.db')))
    throw refused(`${data} is not a data directory of a monitor`, 'Give the --data directory of scadawatch run.');
  const { site } = await loadUntouched(file, options);
  using state = openState(data);
  const pause = async (): Promise<void> => await systemClock.sleep(0);
  const document = await alarmReport({ state, site, clock: systemClock, pause }, { period, date, position });
  await writeFile(out, out.endsWith('.csv') ? printedCsv(document) : printedHtml(document));
  console.log(`${out}: ${document.title}`);
  for (const note of document.notes) console.log(note);
}

const refused = (message: string, hint: string): ScadaError => new ScadaError('config', 'INPUT_INVALID', message, { hint });
