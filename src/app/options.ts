import { type Command, Option } from 'commander';
import type { MonitorConfig } from '../config/resolve.ts';
import { type LogLevel, logLevels } from './logger.ts';

/** Options that several commands share. */
export interface CommonOptions {
  /** Data directory: everything that is kept between runs. */
  readonly data: string;
  readonly logLevel: LogLevel;
}

export function commonOptions(command: Command): Command {
  return command
    .option('--data <dir>', 'data directory: everything that is kept between runs', '.scadawatch')
    .addOption(
      new Option('--log-level <level>', 'least severe log entry that is written').choices([...logLevels]).default('warn'),
    );
}

/** The configuration with its dashboard on another port, if an option gives one. */
export function atPort(config: MonitorConfig, port: number | undefined): MonitorConfig {
  return port === undefined ? config : { ...config, dashboard: { ...(config.dashboard as object), port } };
}
