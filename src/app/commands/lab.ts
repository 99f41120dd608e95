import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { plantOf, plants, plantTypes } from '../../../simulators/plants/index.ts';
import type { MonitorConfig } from '../../config/resolve.ts';
import { systemClock } from '../../core/clock.ts';
import type { AlertFeed } from '../../core/monitor.ts';
import { TaskScope } from '../../core/scope.ts';
import { doesAnswer, openDataDirectory } from '../../data-directory/index.ts';
import { LabClient } from '../../tools/lab/client.ts';
import { InstructorLog } from '../../tools/lab/instructor.ts';
import { LabResults } from '../../tools/lab/results.ts';
import { LabSpeedGovernor } from '../../tools/lab/speed.ts';
import { runHistory } from '../../monitor/lab-history/job.ts';
import { type LabDirectories, labDirectories, plantFile } from '../../tools/lab/directory.ts';
import { exchangeCertificates } from '../../tools/lab/certificates.ts';
import { LabPlantSwitch } from '../../tools/lab/plants.ts';
import { isFirstRun, notePlantTime, plantStartTime } from '../../tools/lab/time.ts';
import { atPort, type CommonOptions, commonOptions } from '../options.ts';
import { countBetween, numberBetween } from '../../tools/option-values.ts';
import { openMonitorData } from '../monitor-data.ts';
import { readShipped } from '../../learning/baselines/shipped.ts';
import { registry } from '../registry.ts';
import { serve } from '../serve.ts';
import { stopSignal } from '../../service/process.ts';
import { Service } from '../../service/service.ts';
import { loadUntouched } from './untouched.ts';
import {
  atAddresses,
  labUser,
  passphraseVariable,
  requestsFile,
  scenariosMeaning,
  simulatorConfig,
  withHistorian,
} from '../../tools/lab/config.ts';

const dayMs = 86_400_000;
/** Days that are learned if no baseline is shipped for the configuration. */
const usualDays = 3;
/** Plant time that is simulated before the first start, ms, so that the first trends are not empty. */
const pastMs = 6 * 3_600_000;
/** Added to the random seed of the plant that is learned from, which must differ from the monitored one. */
const otherSeed = 0x5eed;

interface LabOptions extends CommonOptions {
  readonly plant: string;
  readonly config?: string;
  readonly seed: number;
  readonly speed: number;
  readonly port?: number;
  readonly anyPort?: boolean;
  readonly historian?: string;
  readonly learnDays?: number;
  readonly scenarios?: string;
}

/** `scadawatch lab`: starts a simulated plant and its monitor. */
export function labCommand(program: Command): void {
  commonOptions(program.command('lab'))
    .description('start a simulated plant on real ports, and the monitor that watches it')
    .option('--plant <type>', `simulated plant: ${plantTypes().join(', ')}`, plantTypes()[0])
    .option('--config <plant.yaml>', 'configuration of the monitor (default: the example of the plant)')
    .option('--seed <n>', 'random seed of the simulated plant', countBetween(0, 0xffffffff), 1)
    .option('--speed <n>', 'simulated seconds per second, 0 to 60', numberBetween(0, 60), 1)
    .option('--port <n>', 'port of the dashboard', countBetween(0, 65_535))
    .option('--any-port', 'use free ports for the simulated controllers instead of the configured ones')
    .option('--historian <type=url>', 'historian to use instead of the embedded one, e.g. influxdb=http://127.0.0.1:8086')
    .option('--scenarios <path>', scenariosMeaning)
    .option(
      '--learn-days <n>',
      'days of normal operation that the first start simulates and learns, 0 for none ' +
        `(default: none with the baseline that the plant ships, otherwise ${usualDays})`,
      numberBetween(0, 30),
    )
    .action(async (options: LabOptions, command: Command) => {
      const isNamed = command.getOptionValueSource('data') !== 'default';
      const stop = stopSignal();
      for (let next: Next | undefined = options; next !== undefined; )
        next = await lab(
          { ...options, ...next },
          await labDirectories({ data: options.data, plant: next.plant, isNamed }, plantTypes()),
          stop,
        );
    });
}

/** The plant that runs next, on the same port of the dashboard. */
type Next = Pick<LabOptions, 'plant' | 'port'>;

/** Runs one plant until the process is stopped, or a person switches to another plant. @returns the other plant */
async function lab(options: LabOptions, dirs: LabDirectories, stop: AbortSignal): Promise<Next | undefined> {
  const plant = plantOf(options.plant);
  const configFile = options.config ?? fileURLToPath(plant.example);
  const hasOwnAccounts = dirs.accounts === dirs.data;
  const areAccountsUnread = !hasOwnAccounts && !(await doesAnswer(dirs.accounts));
  const isShared = !hasOwnAccounts && !areAccountsUnread;
  using _accounts = isShared ? openDataDirectory(dirs.accounts, 'lab', systemClock.now()) : undefined;
  using data = await openMonitorData(dirs.data, 'lab', options.logLevel);
  const { logger, damages, lastEnd } = data;
  const plantSwitch = new LabPlantSwitch(plants, plant.type);
  const passphrase = randomBytes(24).toString('base64url');
  const environment = { ...process.env, [passphraseVariable]: passphrase };
  const file = await loadUntouched(configFile, { ...options, data: dirs.data }, environment);
  await using service = new Service({ logger, dataDir: data.path, stop, ended: plantSwitch.ended });
  const { signal } = service;
  await using cleanup = new AsyncDisposableStack();

  const isFirst = isFirstRun(data.path);
  const startTime = plantStartTime(data.path);
  const users = [{ name: labUser, passphrase }];
  const { seed, speed, learnDays = usualDays } = options;
  const season = plant.shipped?.season;
  const simulator = simulatorConfig(file, {
    plant: plant.type,
    seed,
    speed,
    startTime,
    season,
    users,
    pkiDir: join(data.path, 'simulator-pki'),
    keptIn: plantFile(data.path),
    requestsIn: join(data.path, requestsFile),
    scenariosIn: options.scenarios,
    anyPort: options.anyPort === true,
  });
  const client = cleanup.use(await LabClient.start(simulator, logger));
  cleanup.use(new TaskScope()).start((stop) => notePlantTime(data.path, client.clock, stop));
  await exchangeCertificates(file, client, data.path);
  let config = atAddresses(file, client.addresses);
  if (options.historian !== undefined) config = withHistorian(config, options.historian, registry);
  config = atPort(config, options.port);

  const other = { plant: simulator.plant, seed: (options.seed ^ otherSeed) >>> 0, season, to: startTime };
  const normal = { ...other, type: 'simulate' as const, from: startTime - learnDays * dayMs };
  const learnFrom = learnDays > 0 ? normal : undefined;
  const pastJob = { ...other, from: startTime - pastMs, tags: config.tags.tags };
  const usesShipped = options.learnDays === undefined && plant.shipped !== undefined;
  const shipped = usesShipped ? await readShipped(plant.shipped.file) : undefined;
  const past = isFirst ? { until: startTime, read: (stop: AbortSignal) => runHistory(pastJob, stop) } : undefined;
  const results = new LabResults(join(data.path, 'lab-results.json'), logger);
  const instructor = new InstructorLog(client, client.clock, results);
  const switchable = options.config === undefined ? plantSwitch : undefined;
  const governor = new LabSpeedGovernor(client, undefined, undefined, { results, instructor }, switchable);
  // before the pages, so that they receive the end of a scenario together with its score
  let alerts: AlertFeed | undefined;
  cleanup.defer(results.watch(governor, { find: (filter) => alerts?.find(filter) ?? [] }));
  const serving = cleanup.use(
    await serve({
      config,
      dataDir: data.path,
      accountsDir: isShared ? dirs.accounts : undefined,
      namedDir: data.named,
      areAccountsUnread: areAccountsUnread || data.areAccountsUnread,
      clock: client.clock,
      logger,
      seed: options.seed,
      lab: governor,
      learnFrom,
      shipped,
      past,
      damages,
      lastEnd,
    }),
  );
  alerts = serving.monitor.view.alerts;
  cleanup.use(new TaskScope()).start((stop) => governor.watch(() => serving.monitor.view.lateMs(), stop));
  const { address, setupLink } = serving.dashboard;
  announce(config, address, setupLink);
  void serving.learned.then(() => {
    const { text, promise } = serving.monitor.view.learning();
    if (!signal.aborted) console.log(promise === '' ? text : `${text}. ${promise}`);
  });
  await service.run(serving);
  const { chosen } = plantSwitch;
  return chosen === undefined || stop.aborted ? undefined : { plant: chosen, port: Number(new URL(address).port) };
}

function announce(config: MonitorConfig, address: string, setupLink: string | undefined): void {
  console.log(`${config.site.name} runs, and scadawatch watches ${config.tags.size} tags on ${config.devices.length} devices.`);
  if (setupLink === undefined) console.log(`Page: ${address}`);
  else console.log(`First start. Open this link once to create the administrator account:\n\n  ${setupLink}\n`);
  console.log('Ctrl+C ends both.');
}
