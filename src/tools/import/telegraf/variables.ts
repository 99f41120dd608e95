import { isTable, type Table } from './values.ts';

const name = '[A-Za-z_][A-Za-z0-9_]*';
/**
 * `$$`, `$NAME`, `${NAME}`, and `${NAME}` with a default (`:-`, `-`) or with an error text (`:?`, `?`). Both have at most 1000 characters, so
 * that a file with many unclosed ones is read in linear time.
 */
const reference = `\\$(?:(?<dollar>\\$)|(?<bare>${name})|\\{(?<braced>${name})(?:(?<rule>:?[-?])(?<word>[^}]{0,1000}))?\\})`;
const referenceHere = new RegExp(reference, 'y');
const references = new RegExp(reference, 'g');
const whole = new RegExp(`^\\$(?:(${name})|\\{(${name})\\})$`);

/** Name of the variable if a value consists of nothing else. */
export const variableOf = (value: string): string | undefined => {
  const found = whole.exec(value);
  return found?.[1] ?? found?.[2];
};

/**
 * Quotes unquoted references to numbers or booleans, so that the file is valid TOML before they are resolved, and removes comments. One
 * pass: each character is read once, also after a quote without an end.
 */
export function quoteReferences(toml: string): string {
  const parts: string[] = [];
  for (let at = 0; at < toml.length; ) {
    const next = nextOf(toml, at);
    parts.push(toml.slice(at, next));
    at = next;
    const mark = toml[at];
    if (mark === '#') at = lineEnd(toml, at);
    else if (mark === '$') {
      referenceHere.lastIndex = at;
      const [found] = referenceHere.exec(toml) ?? [];
      parts.push(found === undefined ? mark : JSON.stringify(found));
      at += found?.length ?? 1;
    } else if (mark !== undefined) {
      const end = textEnd(toml, at);
      parts.push(toml.slice(at, end));
      at = end;
    }
  }
  return parts.join('');
}

const marks = /["'#$]/g;

/** Position of the next quote, comment or reference. */
function nextOf(toml: string, from: number): number {
  marks.lastIndex = from;
  return marks.exec(toml)?.index ?? toml.length;
}

function lineEnd(toml: string, from: number): number {
  const end = toml.indexOf('\n', from);
  return end < 0 ? toml.length : end;
}

/** End of the text that begins with a quote; without a closing quote, the end of its line or, with three quotes, of the file. */
function textEnd(toml: string, from: number): number {
  const quote = toml.charAt(from);
  const three = quote.repeat(3);
  if (toml.startsWith(three, from)) {
    const close = toml.indexOf(three, from + 3);
    return close < 0 ? toml.length : close + 3;
  }
  for (let at = from + 1; at < toml.length; at++) {
    const one = toml[at];
    if (one === '\n') return at;
    if (one === quote) return at + 1;
    if (one === '\\' && quote === '"') at++;
  }
  return toml.length;
}

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
