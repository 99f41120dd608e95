import type { HeadlessPlay } from '../../../../simulators/lab/headless-exercise.ts';
import type { HeadlessController } from '../../../../simulators/lab/headless-network.ts';
import { homes, ownHome } from '../../../../simulators/lab/homes.ts';
import { attackMatrix, techniqueById } from '../../../core/attack.ts';
import { formatDuration } from '../../../core/format.ts';
import { physicalEffect } from '../../../core/lab.ts';
import { hostileStartS } from '../../../core/scenario.ts';
import type { Column, RecordedFile } from './csv-file.ts';
import { mostFileBytes } from './packet-file.ts';

/** What a recording is of. */
export interface RecordingFacts {
  /** Title of the scenario or of the campaign. */
  readonly title: string;
  readonly plant: string;
  /** One sentence about the plant. */
  readonly summary: string;
  readonly seed: number;
  /** Version of scadawatch. */
  readonly version: string;
  /** Command line that makes the same recording again. */
  readonly command: string;
  /** Plant time of the first and the last second, ms UTC. */
  readonly from: number;
  readonly to: number;
  readonly tags: number;
  readonly devices: readonly string[];
  readonly plays: readonly HeadlessPlay[];
  /** Controllers with Modbus, and their places on the network. */
  readonly controllers: readonly HeadlessController[];
  /** Time of the first packet that is missing in the capture file, ms UTC; undefined if it is complete. */
  readonly packetsMissingFrom: number | undefined;
  readonly files: readonly RecordedFile[];
  /** Columns of the tables, by file. */
  readonly columns: ReadonlyMap<string, readonly Column[]>;
}

const iso = (time: number): string => new Date(time).toISOString();

/** Datasheet of a recording, in the sections of Gebru et al., "Datasheets for Datasets" (2021), as Markdown. */
export function datasheet(facts: RecordingFacts): string {
  return `${[
    `# Datasheet: ${facts.title}`,
    'In the sections of T. Gebru et al., "Datasheets for Datasets", Communications of the ACM 64(12), 2021.',
    motivation(facts),
    composition(facts),
    collection(facts),
    labels(facts),
    uses(facts),
    distribution(facts),
  ].join('\n\n')}\n`;
}

function motivation({ plant, summary }: RecordingFacts): string {
  return `## Motivation

The recording is for research and training in anomaly detection for industrial control systems: values of a plant with the ground truth of
what was done to it. It was made by \`scadawatch exercise --record\` on the simulated plant \`${plant}\`: ${summary}
No plant, person or organisation that exists is recorded.`;
}

function composition({ from, to, tags, devices, plays, files }: RecordingFacts): string {
  const rows = plays.map((play) => {
    const { scenario, startedAt, endedAt, effects } = play;
    const effect = physicalEffect(effects);
    const achieved = effect === undefined ? 'not tested' : `${effect.passed} of ${effect.of} tests passed`;
    const hostile = scenario.kind === 'benign' ? '' : iso(startedAt + hostileStartS(scenario) * 1_000);
    return [scenario.id, scenario.kind, iso(startedAt), iso(endedAt), hostile, achieved];
  });
  return `## Composition

${tags} tags of ${devices.length} devices (${devices.join(', ')}), from ${iso(from)} to ${iso(to)} (${formatDuration(to - from)}) of plant time.
Each sample is one read of one tag. Values are as after encoding in a register and decoding.

${table(['scenario', 'kind', 'begin', 'end', 'first hostile step', 'physical effect'], rows)}

${plays.map(({ scenario: { title, description, physicalResult } }) => `- **${title}** ${description} Physical result: ${physicalResult}`).join('\n')}

${table(
  ['file', 'rows or packets', 'bytes', 'SHA-256'],
  files.map(({ name, rows: count, bytes, sha256 }) => [`\`${name}\``, String(count ?? ''), String(bytes), `\`${sha256}\``]),
)}

A Parquet file has the same rows and columns as the CSV file of its name. \`SHA256SUMS\` is checked by \`sha256sum -c SHA256SUMS\`.
An empty cell is a missing value: a failed signal, or a tag that was not read yet.`;
}

function collection({ seed, version, command, ...facts }: RecordingFacts): string {
  return `## Collection process

- Version: scadawatch ${version}. Random seed of the plant: ${seed}. The plant has no operator acts besides those of the scenarios.
- Speed: as fast as the plant computes, in steps of one second of plant time. The machine has no influence on the values.
- Polling: each tag at its scan period, at most once a second; tags of one request have one time. Receive time equals source time.
- Network: no port is opened. The monitor and the actors of the scenarios send Modbus requests to the simulated controllers, which answer or
  refuse them as those of \`scadawatch lab\` do. \`traffic.pcap\` has these packets. While a controller's replies are dropped, its samples are missing.
- The same version makes the same files again, byte for byte:

\`\`\`
${command}
\`\`\`

${traffic(facts)}`;
}

function traffic({ controllers, packetsMissingFrom }: Pick<RecordingFacts, 'controllers' | 'packetsMissingFrom'>): string {
  const ports = controllers.map(({ port }) => port).join(',');
  const hosts = [
    [
      ownHome,
      '',
      'monitor: reads its tags by FC 1 to 4, in the seconds of `samples.csv`, after the device identification (FC 43)',
    ],
    [homes.operator, '', 'operator station, only in scenarios that use it'],
    [homes.attacker, '', 'attacker'],
    ...controllers.map(({ name, unit, port }) => [ownHome, String(port), `controller ${name}, unit ${unit}`]),
  ];
  const end =
    packetsMissingFrom === undefined
      ? 'it has all packets'
      : `**packets since ${iso(packetsMissingFrom)} are missing**: record a shorter time`;
  return `### \`traffic.pcap\`

Modbus TCP as a mirror port of the control network would show it: pcap with microseconds, Ethernet, IPv4 and TCP. Times are plant time.

${table(['address', 'port', 'host'], hosts)}

- Addresses and ports are those of the simulated plant in \`scadawatch lab\`. Wireshark expects Modbus at port 502:
  \`tshark -r traffic.pcap -o mbtcp.tcp.port:${ports} -Y modbus\`.
- A packet has no label of its own. Its client and the spans of \`truth.csv\` give one; an attacker who uses the operator station has its address.
- Requests of one second follow one another: a reply after 2 ms, the next request 3 ms later. Do not learn from latencies.
- TCP has handshakes, checksums and ends of connections, but no separate acknowledgements, losses and repetitions. There is no ARP.
- OPC UA is encrypted in the lab and has no packets here. Writes by OPC UA act on the plant.
- The file has at most ${Math.round(mostFileBytes / 2 ** 30)} GiB; ${end}.`;
}

function labels({ plays, columns }: RecordingFacts): string {
  const ids = [...new Set(plays.flatMap(({ scenario }) => scenario.techniques))];
  const techniques = ids.map((id) => `${id} ${techniqueById(id)?.name ?? ''}`.trim()).join(', ');
  const described = [...columns].map(([file, all]) => {
    // a table with a column for each tag is described by its first and last columns
    const shown = all.length > 12 ? [...all.slice(0, 2), ...all.slice(-1)] : all;
    const rows = shown.map(({ name, type, meaning }) => [`\`${name}\``, type, meaning]);
    const more = all.length > shown.length ? `\n\n${all.length} columns in all; \`tags.csv\` describes the tags.` : '';
    return `### \`${file}\`\n\n${table(['column', 'type', 'meaning'], rows)}${more}`;
  });
  return `## Labels

The labels are the ground truth of the scenarios, not the output of a detector. The author of a scenario states its spans and its equipment.
The plant goes on after the end of a span: a level needs time to return. Seconds after a span have the label 0.
Techniques of ATT&CK for ICS ${attackMatrix.version}: ${techniques === '' ? 'none' : techniques}. ${attackMatrix.notice}

\`process.csv\` has true values that no detector may use as input: they are not what the network shows.

${described.join('\n\n')}`;
}

function uses({ plays }: RecordingFacts): string {
  return `## Uses

- Back-test of the detectors of scadawatch: \`scadawatch backtest --input table.csv --labels anomalous --calibrate NORMAL.csv\`, with the
  \`table.csv\` of a recording of a benign scenario as NORMAL.csv.
- Replay into a monitor: \`scadawatch replay plant.yaml --input samples.parquet traffic.pcap\`, with the example configuration of the plant.
- Own methods: split by recordings and random seeds, not by rows. Rows of one recording depend on each other.

Limits:

- A simulated plant has simpler noise, fewer disturbances and cleaner data than a real one. Figures of a detector on it do not hold on a real plant.
- ${plays.length === 1 ? 'One scenario is' : `${plays.length} scenarios are`} no sample of all attacks: do not state a rate of detection in general from ${plays.length === 1 ? 'it' : 'them'}.
- Do not use it to rate people.`;
}

function distribution({ version }: RecordingFacts): string {
  return `## Distribution and maintenance

The recording is generated data without personal data. Whoever makes it may publish it; scadawatch and its scenarios are under the Apache
License 2.0. State version ${version} and the command. Another version may give other values: keep the files, or make them again with this version.`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
