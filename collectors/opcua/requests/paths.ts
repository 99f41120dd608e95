import picomatch from 'picomatch';
import { BrowsePath, type QualifiedName } from 'node-opcua-client';

export const objectsFolder = 'i=85';
const hierarchicalReferences = 'i=33';

/** A slash within a name is written `&/`, and `&` before a slash `&&`: OPC 10000-4, annex A, reserves both. */
const escaped = /&([&/])/g;

/** The names of a path, each as it is written: `/2:Area/2:CL.AT01` has two. */
export const stepsOf = (path: string): string[] => path.slice(1).match(/(?:&[&/]|[^/])+/g) ?? [];

/** A node's name as one step of a path. */
export function stepOf({ namespaceIndex, name }: Pick<QualifiedName, 'namespaceIndex' | 'name'>): string {
  const text = (name ?? '').replaceAll(/&(?=[&/]|$)|\//g, '&$&');
  return namespaceIndex === 0 ? text : `${namespaceIndex}:${text}`;
}

function nameOf(step: string): { readonly namespaceIndex: number; readonly name: string } {
  const [, namespaceIndex = '0', name = ''] = /^(?:(\d+):)?(.*)$/s.exec(step) ?? [];
  return { namespaceIndex: Number(namespaceIndex), name: name.replaceAll(escaped, '$1') };
}

/** The names of a path, as people read them: without namespace and escapes. */
export const namesOf = (path: string): string[] => stepsOf(path).map((step) => nameOf(step).name);

/**
 * `/2:Area/2:CL.AT01` as a path below the Objects folder. Not by the standard's text form of paths, in which the dot of a tag
 * name would begin another reference.
 */
export function browsePathOf(path: string): BrowsePath {
  const elements = stepsOf(path).map((step) => ({
    referenceTypeId: hierarchicalReferences,
    isInverse: false,
    includeSubtypes: true,
    targetName: nameOf(step),
  }));
  return new BrowsePath({ startingNode: objectsFolder, relativePath: { elements } });
}

/** So many nodes may be looked at for one pattern: more is a pattern that should say more. */
export const patternBounds = { nodes: 20_000, depth: 16 } as const;

/** True where a path may be a pattern: names have brackets too, so that a path is taken as it is written first. */
export const mayBeGlob = (path: string): boolean => /[*?[\]{}]/.test(path);

/** How far a walk has come along a pattern: the indices of the steps that may come next. */
export type Progress = readonly number[];

/**
 * A browse path with patterns: `*`, `?`, `[…]` and `{a,b}` within a name, `**` for any number of names. A name without a namespace
 * index is of namespace 0 as in any path, unless it is a pattern: that fits names of every namespace.
 */
export class PathGlob {
  readonly #steps: readonly ('**' | ((step: string) => boolean))[];
  readonly start: Progress;

  constructor(glob: string) {
    this.#steps = stepsOf(glob).map((step) => {
      if (step === '**') return step;
      const anyNamespace = mayBeGlob(step) && !/^\d+:/.test(step);
      const matches = picomatch(step, { bash: true, dot: true, nonegate: true, noextglob: true });
      return (name) => name === step || matches(anyNamespace ? name.replace(/^\d+:/, '') : name);
    });
    this.start = this.#open([0]);
  }

  /** One name further down. Nothing left: no path below it can match. */
  next(progress: Progress, step: string): Progress {
    const reached: number[] = [];
    for (const at of progress) {
      const expected = this.#steps[at];
      if (expected === '**') reached.push(at);
      else if (expected?.(step) === true) reached.push(at + 1);
    }
    return this.#open(reached);
  }

  /** True where the pattern is fulfilled. */
  matches(progress: Progress): boolean {
    return progress.includes(this.#steps.length);
  }

  /** True where more names can follow. */
  goesOn(progress: Progress): boolean {
    return progress.some((at) => at < this.#steps.length);
  }

  /** `**` may stand for no name at all. */
  #open(progress: Progress): Progress {
    const all = new Set<number>();
    for (const from of progress) {
      let at = from;
      all.add(at);
      while (this.#steps[at] === '**') all.add(++at);
    }
    return [...all];
  }
}
