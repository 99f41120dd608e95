import { isTable, type Table } from './values.ts';

const name = '[A-Za-z_][A-Za-z0-9_]*';
/** `$$`, `$NAME`, `${NAME}`, and `${NAME}` with a default (`:-`, `-`) or with an error text (`:?`, `?`). */
const reference = `\\$(?:(?<dollar>\\$)|(?<bare>${name})|\\{(?<braced>${name})(?:(?<rule>:?[-?])(?<word>[^}]*))?\\})`;
const tokens = new RegExp(
  `(?<text>"""[^]*?"""|'''[^]*?'''|"(?:\\\\.|[^"\\\\\\n])*"|'[^'\\n]*')|(?<comment>#[^\\n]*)|${reference}`,
  'g',
);
const references = new RegExp(reference, 'g');
const whole = new RegExp(`^\\$(?:(${name})|\\{(${name})\\})$`);

/** Name of the variable if a value consists of nothing else. */
export const variableOf = (value: string): string | undefined => {
  const found = whole.exec(value);
  return found?.[1] ?? found?.[2];
};

/** Quotes unquoted references to numbers or booleans, so that the file is valid TOML before they are resolved. */
export const quoteReferences = (toml: string): string =>
  toml.replace(tokens, (found: string, ...parts: unknown[]) => {
    const { text, comment } = parts.at(-1) as Readonly<Record<string, string | undefined>>;
    if (comment !== undefined) return '';
    return text ?? JSON.stringify(found);
  });

/** Positions of references to a variable, as key paths. */
type Places = Map<string, Set<string>>;

/**
 * Resolves the environment variables of a Telegraf configuration as Telegraf does, and records their names. A variable without
 * value and default stays unchanged. Values are never reported.
 * @see https://docs.influxdata.com/telegraf/v1/configuration/environment-variables/
 */
export class Variables {
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #found: Places = new Map();
  readonly #missing: Places = new Map();
  readonly #empty: Places = new Map();

  constructor(environment: Readonly<Record<string, string | undefined>>) {
    this.#environment = environment;
  }

  /** A table with its variables resolved. @param skip keys whose values are not needed and stay unresolved */
  resolve(table: Table, path: string, skip: readonly string[] = []): Table {
    return Object.fromEntries(
      Object.entries(table).map(([key, value]) => [key, skip.includes(key) ? value : this.#value(value, `${path}.${key}`, skip)]),
    );
  }

  /** One sentence for each variable: its use, and the necessary action. */
  losses(): string[] {
    const entriesOf = (places: Places, what: string): string[] =>
      [...places].map(([variable, where]) => `the environment variable ${variable} (${[...where].join(', ')}): ${what}`);
    return [
      ...entriesOf(this.#missing, 'it is not set here: set it as it is for Telegraf and import again, or write its value'),
      ...entriesOf(this.#empty, 'it is empty here: set it as it is for Telegraf and import again, unless that is meant'),
      ...entriesOf(this.#found, 'replaced by its present value: import again when it changes'),
    ];
  }

  #value(value: unknown, path: string, skip: readonly string[]): unknown {
    if (typeof value === 'string') return this.#text(value, path);
    if (Array.isArray(value)) return value.map((item: unknown) => this.#value(item, path, skip));
    return isTable(value) ? this.resolve(value, path, skip) : value;
  }

  #text(text: string, path: string): string {
    return text.replace(references, (found: string, ...parts: unknown[]) => {
      const { dollar, bare, braced, rule, word = '' } = parts.at(-1) as Readonly<Record<string, string | undefined>>;
      const variable = bare ?? braced;
      if (dollar !== undefined || variable === undefined) return '$';
      const value = this.#environment[variable];
      const fallback = value === undefined || (value === '' && rule?.startsWith(':') === true);
      if (fallback && rule?.endsWith('-') === true) return word;
      const places = fallback ? this.#missing : value === '' ? this.#empty : this.#found;
      places.set(variable, (places.get(variable) ?? new Set()).add(path));
      return fallback ? found : (value ?? '');
    });
  }
}
