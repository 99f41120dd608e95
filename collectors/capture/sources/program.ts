import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ScadaError } from '../../../src/core/errors.ts';
import type { InterfaceConfig } from '../config.ts';

/** How one capturing program is run and understood. */
export interface CapturingProgram {
  readonly name: 'dumpcap' | 'tcpdump';
  readonly path: string;
  readonly args: readonly string[];
  /** A line on stderr from which on it captures. */
  readonly ready: RegExp;
  /** Makes it tell its counts while it runs. */
  readonly askSignal?: NodeJS.Signals;
}

/** What each says of packets that it, the kernel or the card dropped. Every report repeats the count since the beginning. */
const drops: Readonly<Record<CapturingProgram['name'], RegExp>> = {
  dumpcap: /^Packets received\/dropped on interface (?<where>.*): \d+\/(?<count>\d+)/gm,
  tcpdump: /(?<count>\d+) packets? dropped by (?<where>kernel|interface)/gm,
};

/** Packets dropped since the beginning, by what a program has written to stderr. */
export function droppedIn(program: CapturingProgram['name'], text: string): number {
  const latest = new Map<string, number>();
  for (const { groups } of text.matchAll(drops[program])) {
    latest.set(groups?.['where'] ?? '', Number(groups?.['count'] ?? 0));
  }
  return latest.values().reduce((sum, count) => sum + count, 0);
}

/** Who a program that is started by root becomes where it does not choose somebody itself. */
const nobody = 'nobody';

/**
 * The program of the configuration, or the first that is installed. Neither keeps more rights than it needs: dumpcap has only the
 * capabilities of its file and drops them once the interface is open, tcpdump started by root becomes `nobody`.
 * @throws ScadaError `config` where there is none
 */
export function findProgram({ name, filter, program, snapLength }: InterfaceConfig): CapturingProgram {
  const dumpcap = program === 'tcpdump' ? undefined : find('dumpcap');
  if (dumpcap !== undefined) {
    const expression = filter === '' ? [] : ['-f', filter];
    return {
      name: 'dumpcap',
      path: dumpcap,
      args: ['-i', name, '-q', '-s', String(snapLength), ...expression, '-w', '-'],
      ready: /^File: /m,
    };
  }
  const tcpdump = program === 'dumpcap' ? undefined : find('tcpdump');
  if (tcpdump !== undefined) {
    const lesser = process.getuid?.() === 0 ? ['-Z', nobody] : [];
    const expression = filter === '' ? [] : ['--', filter];
    return {
      name: 'tcpdump',
      path: tcpdump,
      args: ['-i', name, '-n', '-U', '-s', String(snapLength), ...lesser, '-w', '-', ...expression],
      ready: /listening on /,
      askSignal: 'SIGUSR1',
    };
  }
  throw new ScadaError(
    'config',
    'INPUT_INVALID',
    `interface ${name}: ${program === 'auto' ? 'neither dumpcap nor tcpdump' : program} is not installed`,
    {
      hint: 'install one of them (Debian: apt-get install wireshark-common, or tcpdump)',
    },
  );
}

function find(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/bin', '/sbin'].filter(
    (folder) => folder !== '',
  );
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
