import type { Command } from 'commander';
import packageFile from '../../../package.json' with { type: 'json' };
import { systemClock } from '../../core/clock.ts';
import { historians } from '../../historian/index.ts';
import { writeBackup } from '../../tools/backup/backup.ts';
import { restoreBackup } from '../../tools/backup/restore.ts';
import { type CommonOptions, commonOptions } from '../options.ts';
import { exitCodes } from '../../service/process.ts';

/** `scadawatch backup`: writes a data directory to one file. */
export function backupCommand(program: Command): void {
  commonOptions(program.command('backup'))
    .description('write the data directory to one tar.gz file, also while the monitor runs')
    .requiredOption('--out <file>', 'file to write, e.g. scadawatch.tar.gz; it holds password hashes and private keys')
    .action(async ({ data, out }: CommonOptions & { readonly out: string }) => {
      const { manifest, leftOut } = await writeBackup({
        dataDir: data,
        historians,
        out,
        now: systemClock.now(),
        version: packageFile.version,
      });
      console.log(`${manifest.files.length} files of ${data} are in ${out}.`);
      if (manifest.whileRunning) console.log('The monitor runs: samples that wait for an unavailable store are not in it.');
      if (leftOut !== undefined) {
        console.error(`The running day of the historian could not be copied and is not in it: ${leftOut}`);
        console.error('Repeat the backup. If this lasts, stop the monitor for a backup of everything.');
        process.exitCode = exitCodes.failed;
      }
    });
}

/** `scadawatch restore`: restores a data directory from a file of `scadawatch backup`. */
export function restoreCommand(program: Command): void {
  commonOptions(program.command('restore'))
    .description('restore a backup into the data directory; existing data is moved aside')
    .argument('<backup.tar.gz>', 'file written by `scadawatch backup`')
    .action(async (file: string, { data }: CommonOptions) => {
      const { manifest, replaced } = await restoreBackup(file, data, systemClock.now());
      console.log(`${manifest.files.length} files of the backup of ${manifest.createdAt} are in ${data}.`);
      if (replaced !== undefined) console.log(`What was there before is in ${replaced}: delete it when you no longer need it.`);
    });
}
