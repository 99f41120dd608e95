import type { ConfigProblem } from './problems.ts';

/** Settings whose value must be one reference, so that no secret of another system can be in the file. */
const onlyReferences: readonly PropertyKey[] = ['clientSecret'];
const reference = /\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g;

/**
 * Replaces `${env:NAME}` in every string of a configuration by the environment variable, so that the file contains no secrets. A
 * missing variable is a problem at its path; values never appear in messages.
 */
export function resolveSecrets(
  value: unknown,
  environment: Readonly<Record<string, string | undefined>>,
  problems: ConfigProblem[],
  path: readonly PropertyKey[] = [],
): unknown {
  if (typeof value === 'string') {
    if (onlyReferences.includes(path.at(-1) ?? '') && value.replace(reference, '') !== '')
      problems.push({ path, message: 'must be ${env:NAME}, the name of an environment variable' });
    return value.replaceAll(reference, (whole, name: string) => {
      // `${env:toString}` must not return a member of the object's prototype
      const secret = Object.hasOwn(environment, name) ? environment[name] : undefined;
      if (secret !== undefined) return secret;
      problems.push({ path, message: `the environment variable ${name} is not set` });
      return whole;
    });
  }
  if (Array.isArray(value)) return value.map((item, index) => resolveSecrets(item, environment, problems, [...path, index]));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, resolveSecrets(item, environment, problems, [...path, key])]),
    );
  }
  return value;
}
