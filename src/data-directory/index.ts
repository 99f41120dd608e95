export { copyAside, isAside, moveAside } from './aside.ts';
export { holderFile, lockDataDirectory, lockFile } from './lock.ts';
export { type DataDirectory, logOpened, openDataDirectory } from './open.ts';
