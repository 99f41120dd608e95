import picomatch from 'picomatch';
import { BrowsePath, type QualifiedName } from 'node-opcua-client';

export const objectsFolder = 'i=85';
const hierarchicalReferences = 'i=33';

/** A slash within a name is written `&/`, and `&` before a slash `&&`: OPC 10000-4, annex A, reserves both. */
const escaped = /&([&/])/g;

/** Names of a path in their escaped form: `/2:Area/2:CL.AT01` has two. */
export const stepsOf = (path: string): string[] => path.slice(1).match(/(?:&[&/]|[^/])+/g) ?? [];

/** Name of a node as one step of a path. */
export function stepOf({ namespaceIndex, name }: Pick<QualifiedName, 'namespaceIndex' | 'name'>): string {
  const text = (name ?? '').replaceAll(/&(?=[&/]|$)|\//g, '&$&');
  return namespaceIndex === 0 ? text : `${namespaceIndex}:${text}`;
}

function nameOf(step: string): { readonly namespaceIndex: number; readonly name: string } {
  const [, namespaceIndex = '0', name = ''] = /^(?:(\d+):)?(.*)$/s.exec(step) ?? [];
  return { namespaceIndex: Number(namespaceIndex), name: name.replaceAll(escaped, '$1') };
}

/** Names of a path for display: without namespace and escapes. */
export const namesOf = (path: string): string[] => stepsOf(path).map((step) => nameOf(step).name);

/**
 * Parses `/2:Area/2:CL.AT01` into a path below the Objects folder. Not the standard's text form of paths, in which the dot of a
 * tag name would begin another reference.
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

/** Maximum number of nodes that are browsed for one pattern, and their depth. */
export const patternBounds = { nodes: 20_000, depth: 16 } as const;

/** True if a path may be a pattern. Names may contain brackets too, so that a path is first tried literally. */
export const mayBeGlob = (path: string): boolean => /[*?[\]{}]/.test(path);

/** Progress of a walk along a pattern: indices of the steps that may come next. */
export type Progress = readonly number[];

/**
 * Browse path with patterns: `*`, `?`, `[…]` and `{a,b}` within a name, `**` for any number of names. A name without a namespace
 * index belongs to namespace 0 as in any path, but a pattern without one matches names of every namespace.
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

  /** Progress one name further down. If empty, no path below it can match. */
  next(progress: Progress, step: string): Progress {
    const reached: number[] = [];
    for (const at of progress) {
      const expected = this.#steps[at];
      if (expected === '**') reached.push(at);
      else if (expected?.(step) === true) reached.push(at + 1);
    }
    return this.#open(reached);
  }

  /** True if the pattern is matched. */
  matches(progress: Progress): boolean {
    return progress.includes(this.#steps.length);
  }

  /** True if more names can follow. */
  goesOn(progress: Progress): boolean {
    return progress.some((at) => at < this.#steps.length);
  }

  /** `**` may match no name at all. */
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
