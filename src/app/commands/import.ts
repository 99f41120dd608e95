import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { ScadaError } from '../../core/errors.ts';
import { type Draft, draftText } from '../../tools/draft.ts';
import { readGiven } from '../../tools/given-file.ts';
import { importCsv } from '../../tools/import/csv.ts';
import { importTelegraf } from '../../tools/import/telegraf/index.ts';

interface Options {
  readonly out?: string;
}

/** `scadawatch import`: drafts a configuration from a tag list or a Telegraf configuration. */
export function importCommand(program: Command): void {
  program
    .command('import')
    .description(
      'write a plant configuration from a tag list (CSV) or from the Modbus and OPC UA inputs of a Telegraf configuration',
    )
    .argument('<file>', 'tag list (.csv, .tsv, .txt) or Telegraf configuration (.conf, .toml)')
    .option('--out <file>', 'new file for the configuration (default: stdout)')
    .action(async (file: string, options: Options) => {
      const draft = readDraft(file, await readGiven(file));
      const text = draftText(draft);
      if (options.out === undefined) process.stdout.write(text);
      else await writeNew(options.out, text);
      console.error(`${draft.tags.length} tags on ${Object.keys(draft.devices).length} devices`);
      for (const loss of draft.losses) console.error(`not carried over: ${loss}`);
    });
}

const readDraft = (file: string, text: string): Draft =>
  /\.(conf|toml)$/i.test(file) ? importTelegraf(text, file) : importCsv(text, file);

/** Writes a new file. Refuses to overwrite, because a person may have edited the existing file. */
export async function writeNew(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (cause) {
    throw new ScadaError('config', 'INPUT_INVALID', `${file}: the file cannot be written`, {
      hint: 'Existing files are not overwritten: choose another name, or check the permissions of the folder.',
      cause,
    });
  }
}
