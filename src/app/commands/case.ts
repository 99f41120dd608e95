import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Command, Option } from 'commander';
import { consoleActor } from '../../core/console-actor.ts';
import { systemClock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import { damageText } from '../../core/packets.ts';
import { printedHtml } from '../../core/printed-file.ts';
import { byPseudonym, pseudonymsOf } from '../../core/shown.ts';
import { eventsFolder, packetsFolder } from '../../data-directory/folders.ts';
import { addressOf } from '../../config/device-address.ts';
import { readTraffic } from '../../monitor/traffic.ts';
import { stopSignal } from '../../service/process.ts';
import {
  caseDocument,
  endpointsOf,
  evidenceLimits,
  mispEvent,
  packetQueryOf,
  readCase,
  stixBundle,
  type Tlp,
  tlpLevels,
  trafficOf,
} from '../../siem/index.ts';
import { openSecret } from '../../state/secret.ts';
import { openState } from '../../state/state.ts';
import { readPackets } from '../../storage/packets/index.ts';
import { type CommonOptions, commonOptions } from '../options.ts';
import { loadUntouched } from './untouched.ts';

interface Options extends CommonOptions {
  readonly out: string;
  readonly incident: string;
  readonly tlp: Tlp;
}

/** `scadawatch case`: exports an incident for other organisations. */
export function caseCommand(program: Command): void {
  commonOptions(program.command('case'))
    .description('write an incident to a file for other organisations: STIX 2.1, MISP, HTML, or its packets')
    .argument('<plant.yaml>', 'plant configuration')
    .requiredOption('--incident <id>', 'id of the incident, as in the address of its page')
    .requiredOption('--out <file>', 'file to write, NAME.stix.json, NAME.misp.json, NAME.html or NAME.pcapng')
    .addOption(new Option('--tlp <level>', 'marking by the Traffic Light Protocol 2.0').choices([...tlpLevels]).default('amber'))
    .addHelpText(
      'after',
      '\nThe monitor may run meanwhile. Users appear under pseudonyms. The audit trail records the export.\n' +
        'HTML and STIX contain the packets of a tap within 60 s of each act; scadawatch evidence exports samples.',
    )
    .action(write);
}

async function write(file: string, options: Options): Promise<void> {
  const { data, out, incident, tlp } = options;
  const format = /\.(stix\.json|misp\.json|html|pcapng)$/.exec(out)?.[1];
  if (format === undefined)
    throw refused(`${out}: the ending of the file states its format`, 'use .stix.json, .misp.json, .html or .pcapng');
  if (!existsSync(join(data, 'state.db')))
    throw refused(`${data} is not a data directory of a monitor`, 'Give the --data directory of scadawatch run.');
  const { site, devices } = await loadUntouched(file, options);
  using state = openState(data);
  const endpoints = endpointsOf(devices.map(({ name, config }) => ({ name, address: addressOf(config) })));
  const naming = byPseudonym(pseudonymsOf(openSecret(data).key));
  const found = await readCase(state.alerts, incident, { site: site.name, tlp, devices: endpoints }, naming);
  if (found === undefined) throw refused(`there is no incident ${incident}`, 'the address of its page ends in its id');
  const { packetBytes, packetFileBytes } = evidenceLimits;
  const query = packetQueryOf(found, format === 'pcapng' ? packetFileBytes : packetBytes);
  const { file: packets, damaged: damagedPackets } = await readPackets(join(data, packetsFolder), query, stopSignal());
  let text: string | Buffer;
  if (format === 'html') {
    const traffic = await readTraffic(join(data, eventsFolder), trafficOf(found), stopSignal());
    const frame = { timeZone: site.timeZone, madeAt: systemClock.now() };
    text = printedHtml(caseDocument(found, { traffic, samples: undefined, packets, damagedPackets }, frame));
  } else if (format === 'pcapng') {
    if (packets === undefined) throw refused(`no packets are stored for ${incident}`, 'a tap on the network stores them');
    text = packets.content;
  } else
    text = `${JSON.stringify(format === 'stix.json' ? stixBundle(found, { packets, damagedPackets }) : mispEvent(found), undefined, 2)}\n`;
  await writeFile(out, text, { mode: 0o600 });
  const entry = { time: systemClock.now(), ...consoleActor(), action: 'case.exported', object: incident };
  state.audit.append({ ...entry, after: `${basename(out)}, TLP:${tlp.toUpperCase()}` });
  if (format !== 'misp.json') for (const damaged of damagedPackets) console.log(damageText(damaged));
  console.log(`${out}: ${found.title}, ${found.alerts.length} alerts, TLP:${tlp.toUpperCase()}`);
}

const refused = (message: string, hint: string): ScadaError => new ScadaError('config', 'INPUT_INVALID', message, { hint });
