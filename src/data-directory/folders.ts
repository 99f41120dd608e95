import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Folder of the historian in the data folder of a monitor. */
export const historyFolder = 'history';
/** Folder of the event log in the data folder of a monitor. */
export const eventsFolder = 'events';

/** SHA-256 of a configuration file, in hexadecimal: it says which one was in force, and nothing that is in it. */
export const configurationHash = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
