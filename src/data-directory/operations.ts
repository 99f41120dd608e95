import { mkdir, rename, rm, writeFile } from 'node:fs/promises';

/** Operations that replace a file. Collectors reach these alone, and not the process that may perform them. */
export interface FileOperations {
  readonly mkdir: (path: string, options: { recursive: true; mode?: number }) => Promise<unknown>;
  readonly writeFile: (path: string, data: string, options?: { mode: number }) => Promise<void>;
  readonly rename: (from: string, to: string) => Promise<void>;
  readonly rm: (path: string, options: { force: true }) => Promise<void>;
}

const local: FileOperations = { mkdir, rename, rm, writeFile };
let used = local;

export const fileOperations = (): FileOperations => used;

/** Uses other operations until disposal. */
export function useFileOperations(operations: FileOperations): Disposable {
  used = operations;
  return { [Symbol.dispose]: () => void (used = local) };
}
