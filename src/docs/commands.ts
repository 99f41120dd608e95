import { isAbsolute, relative } from 'node:path';
import type { Argument, Command, Option } from 'commander';
import { createProgram } from '../app/commands/program.ts';
import { commonOptions } from '../app/options.ts';
import { table } from './table.ts';

/** Sections of the docs: one per command, e.g. `cli-run`, and one for the common options. */
export async function commandSections(): Promise<readonly (readonly [string, string])[]> {
  const program = await createProgram();
  const shared = commonOptions(program.createCommand('shared')).options;
  const names = new Set(shared.map(({ flags }) => flags));
  return [
    ['cli-shared', optionTable(shared)],
    ...program.commands.map((command) => [`cli-${command.name()}`, reference(command, names)] as const),
  ];
}

function reference(command: Command, shared: ReadonlySet<string>): string {
  if (command.commands.length === 0) return one(command, shared);
  return command.commands.map((sub) => `### ${sub.name()}\n\n${one(sub, shared)}`).join('\n\n');
}

function one(command: Command, shared: ReadonlySet<string>): string {
  const own = command.options.filter(({ flags }) => !shared.has(flags));
  const common = command.options.length - own.length;
  const description = command.description();
  return [
    ...(description === '' ? [] : [`${description[0]?.toUpperCase()}${description.slice(1)}.`.replace(/\.\.$/, '.')]),
    ['```', `${pathOf(command)} ${command.usage()}`, '```'].join('\n'),
    ...(command.registeredArguments.length === 0 ? [] : [argumentTable(command.registeredArguments)]),
    ...(own.length === 0 ? [] : [optionTable(own)]),
    ...(common === 0 ? [] : ['It also takes the [shared options](#shared-options).']),
  ].join('\n\n');
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function argumentTable(args: readonly Argument[]): string {
  return table(
    ['argument', 'meaning'],
    args.map((arg) => [`\`${arg.name()}\``, arg.description]),
  );
}

function optionTable(options: readonly Option[]): string {
  return table(
    ['option', 'default', 'meaning'],
    options.map((option) => [`\`${option.flags}\``, standardOf(option), meaningOf(option)]),
  );
}

function standardOf({ defaultValue, defaultValueDescription, mandatory }: Option): string {
  if (defaultValueDescription !== undefined) return defaultValueDescription;
  if (defaultValue === undefined || (Array.isArray(defaultValue) && defaultValue.length === 0))
    return mandatory ? 'required' : '';
  const text = String(defaultValue);
  // a file of the package has a different path on each machine
  return `\`${isAbsolute(text) ? relative(process.cwd(), text) : text}\``;
}

function meaningOf({ description, argChoices }: Option): string {
  if (argChoices === undefined) return description;
  return `${description}: ${argChoices.map((choice) => `\`${choice}\``).join(', ')}`;
}
