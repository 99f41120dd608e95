import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { duration } from '../../config/duration.ts';
import { systemClock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import { byName, byPseudonym, pseudonymsOf } from '../../core/shown.ts';
import type { DirectStateStore } from '../../core/state.ts';
import { openSecret } from '../../state/secret.ts';
import { openState } from '../../state/state.ts';
import { openHistorian } from '../../tools/backtest/stored.ts';
import { alertsOf, periodAround } from '../../tools/evidence/choice.ts';
import { type ExportOptions, exportEvidence } from '../../tools/evidence/export.ts';
import { readableHistory } from '../../tools/readable-history.ts';
import { extractPackets } from '../../tools/evidence/extract.ts';
import { checkEvidence } from '../../tools/evidence/file.ts';
import { isEvidence } from '../../tools/evidence/format.ts';
import { linesOfChecked, linesOfSummary, textOfPeriod } from '../../tools/evidence/texts.ts';
import { type CommonOptions, commonOptions } from '../options.ts';
import { timeOption } from '../../tools/option-values.ts';
import { stopSignal } from '../../service/process.ts';
import { loadUntouched } from './untouched.ts';

interface ExportChoice {
  readonly alert?: string;
  readonly before: number;
  readonly after: number;
  readonly from?: number;
  readonly to?: number;
}

interface Options extends CommonOptions, ExportChoice {
  readonly out: string;
  readonly reason?: string;
  readonly names?: boolean;
  readonly packets: boolean;
}

/** `scadawatch evidence`: exports the records around an alert or of a period to one file that can be verified and replayed. */
export function evidenceCommand(program: Command): void {
  const evidence = program
    .command('evidence')
    .description('write the record of an alert or a period to one file that can be checked and replayed');
  const time = timeOption(() => systemClock.now());
  commonOptions(evidence.command('export'))
    .description('write samples, events, alert changes and raw packets to a new file with a manifest and a hash')
    .argument('<plant.yaml>', 'plant configuration')
    .requiredOption('--out <file>', 'new file, NAME.jsonl.gz')
    .option('--alert <id>', 'id of an alert or incident, as in the address of its page')
    .addOption(
      new Option('--before <time>', 'period before the begin of the alert').argParser(lengthOption).default(86_400_000, '24h'),
    )
    .addOption(new Option('--after <time>', 'period after its end').argParser(lengthOption).default(7_200_000, '2h'))
    .option('--from <time>', 'start of a period instead of an alert: ISO 8601, or 7d for seven days ago', time)
    .option('--to <time>', 'end of the period (default: now)', time)
    .option('--reason <text>', 'reason that is recorded in the file and the audit trail')
    .option('--names', 'write names of users instead of pseudonyms')
    .option('--no-packets', 'leave out the raw packets of the taps')
    .addHelpText(
      'after',
      '\nBeside a running monitor with the embedded historian, a copy of its history in the temporary folder is read.\n' +
        'The file holds hashes of the configuration and the baseline, not their contents.',
    )
    .action(write);
  evidence
    .command('check')
    .description('verify an evidence file and list its contents; a damaged or altered file is refused')
    .argument('<file>', 'evidence file')
    .option('--packets <file>', 'write its raw packets to a new file, NAME.pcapng')
    .action(check);
}

async function write(file: string, options: Options): Promise<void> {
  const { data, out, reason } = options;
  if (!isEvidence(out)) throw badOptions(`${out}: the name of an evidence file ends in .jsonl.gz`, `--out ${out}.jsonl.gz`);
  if (!existsSync(join(data, 'state.db')))
    throw badOptions(`${data} is no data folder of a monitor`, '--data names the folder that scadawatch run was given');
  const config = await loadUntouched(file, options);
  using state = openState(data);
  const { period, alerts } = choose(state, options);
  const naming = options.names === true ? byName : byPseudonym(pseudonymsOf(openSecret(data).key));
  await using history = await readableHistory(config, data, 'evidence export', console.error);
  await using historian = await openHistorian(config, history.dir, systemClock);
  const { summary, sha256 } = await exportEvidence(
    {
      config,
      dataDir: data,
      state,
      historian,
      clock: systemClock,
      period,
      alerts,
      reason,
      withPackets: options.packets,
      out,
      naming,
    },
    stopSignal(),
  );
  console.log(`${out}: ${textOfPeriod(period)}`);
  for (const line of linesOfSummary(summary)) console.log(line);
  console.log(`SHA-256 of the contents: ${sha256} (also in the audit trail; keep a copy where it cannot be changed)`);
}

function choose(state: DirectStateStore, options: ExportChoice): Pick<ExportOptions, 'period' | 'alerts'> {
  const { alert, before, after, from: begin, to = systemClock.now() } = options;
  if ((alert === undefined) === (begin === undefined))
    throw badOptions('--alert or --from is required', '--alert names an alert or an incident, --from the start of a period');
  if (alert !== undefined) {
    const alerts = alertsOf(state.alerts, alert);
    return { alerts, period: periodAround(alerts, before, after) };
  }
  const period = { from: begin as number, to };
  if (!(period.from < period.to)) throw badOptions('--to is not after --from', 'name a period that ends after it begins');
  return { alerts: [], period };
}

async function check(file: string, { packets }: { readonly packets?: string }): Promise<void> {
  const signal = stopSignal();
  const checked = await checkEvidence(file, signal);
  if (packets !== undefined) {
    if (checked.summary.packets === undefined)
      throw badOptions(`${file} has no raw packets`, 'they are those that a tap has stored, unless --no-packets was given');
    await extractPackets(file, packets, signal);
  }
  for (const line of linesOfChecked(file, checked)) console.log(line);
}

function lengthOption(text: string): number {
  const parsed = duration.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError('a length of time such as 30m, 2h or 1d is needed');
  return parsed.data;
}

const badOptions = (message: string, hint: string): ScadaError => new ScadaError('config', 'INPUT_INVALID', message, { hint });
