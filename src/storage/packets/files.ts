import { NumberedFiles } from '../numbered-files.ts';

/** Files of the ring: `packets-00000012-20261124T060000000Z.pcapng`. */
export const packetFiles = new NumberedFiles('packets', '.pcapng');
/** Longest span of one file, ms: the unit in which packets are held and deleted. */
export const segmentMs = 60_000;
/** Folder of the files that are held, within that of the ring. */
export const heldFolder = 'held';
