export { copyAside, isAside, moveAside } from './aside.ts';
export { holderFile, lockDataDirectory, lockFile } from './lock.ts';
export { diskRefusal } from './refusal.ts';
export { openStandIn, type StandIn, writeRefusal } from './stand-in.ts';
export { useFileProcess } from './files.ts';
export { doesAnswer } from './slow-disk.ts';
export { type DataDirectory, logOpened, openDataDirectory } from './open.ts';
