import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Folder of the historian in a data directory. */
export const historyFolder = 'history';
/** Folder of the event log in a data directory. */
export const eventsFolder = 'events';

/** SHA-256 of a configuration file, hexadecimal. It identifies the configuration without its contents. */
export const configurationHash = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
