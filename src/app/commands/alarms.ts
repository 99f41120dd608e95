import type { Command } from 'commander';
import { AlarmRecords } from '../../alerts/records/records.ts';
import { alarmCsv } from '../../config/alarm-csv.ts';
import { alarmYaml, placesOf, readAlarmRecords } from '../../config/alarm-file.ts';
import { loadConfig } from '../../config/load.ts';
import type { MonitorConfig } from '../../config/resolve.ts';
import type { AlarmRecord } from '../../core/alarm-record.ts';
import { consoleActor } from '../../core/console-actor.ts';
import { systemClock } from '../../core/clock.ts';
import type { StateStore } from '../../core/state.ts';
import { openDataDirectory } from '../../data-directory/index.ts';
import { prepareState } from '../../state/recovery.ts';
import { openState } from '../../state/state.ts';
import { type CommonOptions, commonOptions } from '../options.ts';
import { registry } from '../registry.ts';
import { writeNew } from './import.ts';

interface ExportOptions extends CommonOptions {
  readonly out?: string;
  readonly csv?: boolean;
}
interface ImportOptions extends CommonOptions {
  readonly reason: string;
}

const by = consoleActor();

/** `scadawatch alarms`: exports and imports alarm records. */
export function alarmsCommand(program: Command): void {
  const alarms = program
    .command('alarms')
    .description('export and import the alarm records: which findings are alarms, and the response');
  commonOptions(alarms.command('export'))
    .description('write the alarm records in force, as YAML or CSV; also while the monitor runs')
    .argument('<plant.yaml>', 'plant configuration')
    .option('--out <file>', 'new file; CSV if its name ends in .csv (default: YAML on stdout)')
    .option('--csv', 'write CSV')
    .action(exportRecords);
  commonOptions(alarms.command('import'))
    .description('add and replace alarm records from YAML or CSV while the monitor is stopped; other records stay')
    .argument('<plant.yaml>', 'plant configuration')
    .argument('<file>', 'YAML, or CSV if its name ends in .csv')
    .requiredOption('--reason <text>', 'reason that is recorded with each version and in the audit trail')
    .action(importRecords);
}

async function exportRecords(file: string, options: ExportOptions): Promise<void> {
  const config = await load(file);
  using state = openState(options.data);
  const records = inForce(config, state);
  const isCsv = options.csv === true || /\.csv$/i.test(options.out ?? '');
  const text = isCsv ? alarmCsv(records) : alarmYaml(records);
  if (options.out === undefined) process.stdout.write(text);
  else await writeNew(options.out, text);
  console.error(`${records.length} alarm records`);
}

async function importRecords(file: string, from: string, options: ImportOptions): Promise<void> {
  const config = await load(file);
  const read = await readAlarmRecords(from, plantOf(config));
  const now = systemClock.now();
  // a running monitor has its own copy of the records
  using directory = openDataDirectory(options.data, 'alarms import', now);
  prepareState(directory.path, now);
  using state = openState(directory.path);
  const records = recordsOf(config, state);
  records.follow(config.alarmRecords?.records ?? [], by, config.alarmRecords?.file ?? file);
  const { added, changed, unchanged } = records.import(read, by, options.reason);
  console.log(`${added} alarm records added, ${changed} changed, ${unchanged} unchanged.`);
  if (records.secondPerson && added + changed > 0)
    console.log('They take effect when another user approves them: System, Alarms.');
}

const load = (file: string): Promise<MonitorConfig> => loadConfig(file, { registry, environment: process.env });

const plantOf = (config: MonitorConfig) => ({ ...placesOf(config), detectors: registry.detectors.map(({ type }) => type) });

const recordsOf = (config: MonitorConfig, state: StateStore): AlarmRecords =>
  new AlarmRecords({
    store: state.alarmRecords,
    audit: state.audit,
    clock: systemClock,
    tags: config.tags,
    plant: plantOf(config),
    stated: [],
    secondPerson: config.alarmRecords?.secondPerson ?? false,
    // no monitor runs that could raise an alarm; the audit trail has the change
    onWeakened: (sentence) => console.error(sentence),
  });

/** Records in force; those of the file for a data directory that has none yet. */
function inForce(config: MonitorConfig, state: StateStore): readonly AlarmRecord[] {
  if (state.alarmRecords.all().length === 0) return config.alarmRecords?.records ?? [];
  return recordsOf(config, state)
    .list()
    .flatMap(({ inForce: version }) => version?.record ?? []);
}
