import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { ScadaError } from '../../../src/core/errors.ts';
import { otherDisks } from '../../../src/data-directory/disk-access.ts';
import type { InterfaceConfig } from '../config.ts';

/** Command line of a capturing program, and the messages that it prints. */
export interface CapturingProgram {
  readonly name: 'dumpcap' | 'tcpdump';
  readonly path: string;
  readonly args: readonly string[];
  /** Line on stderr that announces the start of the capture. */
  readonly ready: RegExp;
  /** Signal that makes the program print its counts. */
  readonly countsSignal?: NodeJS.Signals;
}

/** Messages about packets dropped by the program, the kernel or the card. Every message repeats the total. */
const drops: Readonly<Record<CapturingProgram['name'], RegExp>> = {
  dumpcap: /^Packets received\/dropped on interface (?<where>.*): \d+\/(?<count>\d+)/gm,
  tcpdump: /(?<count>\d+) packets? dropped by (?<where>kernel|interface)/gm,
};

/** Total of dropped packets in a program's stderr output. */
export function droppedIn(program: CapturingProgram['name'], text: string): number {
  const latest = new Map<string, number>();
  for (const { groups } of text.matchAll(drops[program])) {
    latest.set(groups?.['where'] ?? '', Number(groups?.['count'] ?? 0));
  }
  return latest.values().reduce((sum, count) => sum + count, 0);
}

/** User that a program started by root changes to unless it selects one itself. */
const nobody = 'nobody';

/**
 * The configured program, or the first installed one. Neither keeps more rights than it needs. dumpcap has only the capabilities
 * of its file, and drops them once the interface is open; tcpdump started by root changes to user `nobody`.
 * @throws ScadaError `config` if none is installed
 */
export async function findProgram({ name, filter, program, snapLength }: InterfaceConfig): Promise<CapturingProgram> {
  const dumpcap = program === 'tcpdump' ? undefined : await find('dumpcap');
  if (dumpcap !== undefined) {
    const expression = filter === '' ? [] : ['-f', filter];
    return {
      name: 'dumpcap',
      path: dumpcap,
      args: ['-i', name, '-q', '-s', String(snapLength), ...expression, '-w', '-'],
      ready: /^File: /m,
    };
  }
  const tcpdump = program === 'dumpcap' ? undefined : await find('tcpdump');
  if (tcpdump !== undefined) {
    const lesser = process.getuid?.() === 0 ? ['-Z', nobody] : [];
    const expression = filter === '' ? [] : ['--', filter];
    return {
      name: 'tcpdump',
      path: tcpdump,
      args: ['-i', name, '-n', '-U', '-s', String(snapLength), ...lesser, '-w', '-', ...expression],
      ready: /listening on /,
      countsSignal: 'SIGUSR1',
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

async function find(name: string): Promise<string | undefined> {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/bin', '/sbin'].filter(
    (folder) => folder !== '',
  );
  for (const path of folders.map((folder) => join(folder, name))) {
    try {
      await otherDisks.run(() => access(path, constants.X_OK));
      return path;
    } catch {
      // the next folder may have it
    }
  }
  return undefined;
}
