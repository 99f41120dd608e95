import type { Command } from 'commander';

/** Adds a command to the command line. */
type AddCommand = (program: Command) => void;

/** Loaders of all commands, in the order of the help. A start loads only the command that it runs, which halves its time. */
export const commands: Readonly<Record<string, () => Promise<AddCommand>>> = {
  lab: async () => (await import('./lab.ts')).labCommand,
  run: async () => (await import('./run.ts')).runCommand,
  check: async () => (await import('./check.ts')).checkCommand,
  plan: async () => (await import('./plan.ts')).planCommand,
  calibrate: async () => (await import('./calibrate.ts')).calibrateCommand,
  baseline: async () => (await import('./baseline.ts')).baselineCommand,
  alarms: async () => (await import('./alarms.ts')).alarmsCommand,
  reference: async () => (await import('./reference.ts')).referenceCommand,
  backtest: async () => (await import('./backtest.ts')).backtestCommand,
  replay: async () => (await import('./replay.ts')).replayCommand,
  notify: async () => (await import('./notify.ts')).notifyCommand,
  report: async () => (await import('./report.ts')).reportCommand,
  case: async () => (await import('./case.ts')).caseCommand,
  evidence: async () => (await import('./evidence.ts')).evidenceCommand,
  pseudonyms: async () => (await import('./pseudonyms.ts')).pseudonymsCommand,
  discover: async () => (await import('./discover.ts')).discoverCommand,
  import: async () => (await import('./import.ts')).importCommand,
  simulate: async () => (await import('./simulate.ts')).simulateCommand,
  exercise: async () => (await import('./exercise.ts')).exerciseCommand,
  backup: async () => (await import('./backup.ts')).backupCommand,
  restore: async () => (await import('./backup.ts')).restoreCommand,
  tokens: async () => (await import('./tokens.ts')).tokensCommand,
  users: async () => (await import('./users.ts')).usersCommand,
};
