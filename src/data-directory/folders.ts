import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Folder of the historian in a data directory. */
export const historyFolder = 'history';
/** Folder of the event log in a data directory. */
export const eventsFolder = 'events';
/** Folder of the raw packets of taps in a data directory. */
export const packetsFolder = 'packets';

/** Folder of the block maxima of calibrations in a data directory, from which reviews set thresholds again. */
export const calibrationFolder = 'calibration';

/** SHA-256 of a configuration file, hexadecimal. It identifies the configuration without its contents. */
export const configurationHash = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
