/** URL of a module beside this one for a thread or process, in the source tree and in the published build. */
export function moduleBeside(here: string, name: string): URL {
  return new URL(`${name}${here.endsWith('.ts') ? '.ts' : '.js'}`, here);
}
