import type { Command } from 'commander';
import packageFile from '../../../package.json' with { type: 'json' };
import { systemClock } from '../../core/clock.ts';
import { writeBackup } from '../backup/backup.ts';
import { restoreBackup } from '../backup/restore.ts';
import { type CommonOptions, commonOptions } from '../options.ts';

/** `scadawatch backup`: a data directory in one file. */
export function backupCommand(program: Command): void {
  commonOptions(program.command('backup'))
    .description('write the data directory to one tar.gz file, also while the monitor runs')
    .requiredOption('--out <file>', 'file to write, e.g. scadawatch.tar.gz; it holds password hashes and private keys')
    .action(async ({ data, out }: CommonOptions & { readonly out: string }) => {
      const { files, whileRunning } = await writeBackup({
        dataDir: data,
        out,
        now: systemClock.now(),
        version: packageFile.version,
      });
      console.log(`${files.length} files of ${data} are in ${out}.`);
      if (whileRunning)
        console.log(
          'The monitor runs: the running day of the embedded historian and samples that wait for a store are not in it.',
        );
    });
}

/** `scadawatch restore`: what `backup` wrote, back in place. */
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
