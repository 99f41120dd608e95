import { z } from 'zod';
import { table } from './table.ts';

/** Part of a JSON schema that the tables need. */
interface Node {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
}

/** A Markdown table of the settings of a schema, with paths for nested keys. */
export function settingsTable(schema: z.ZodType): string {
  return hasSettings(schema) ? table(['setting', 'value', 'default', 'meaning'], rowsOfSchema(schema)) : 'It has no settings.';
}

export function hasSettings(schema: z.ZodType): boolean {
  return rowsOfSchema(schema).length > 0;
}

function rowsOfSchema(schema: z.ZodType): readonly Row[] {
  return rowsOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Node, '');
}

/** A setting: its path, values, default and meaning. */
type Row = readonly [path: string, value: string, standard: string, meaning: string];

function rowsOf(node: Node, prefix: string): readonly Row[] {
  const own = Object.entries(node.properties ?? {}).flatMap(([key, value]): Row[] => {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    const required = node.required?.includes(key) === true;
    const standard = value.default === undefined ? (required ? 'required' : '') : `\`${JSON.stringify(value.default)}\``;
    return [[`\`${path}\``, typeOf(value), standard, value.description ?? ''], ...rowsOf(value, path)];
  });
  const items = node.items === undefined ? [] : rowsOf(node.items, prefix);
  return [...own, ...items, ...rowsOfForms(node.anyOf ?? node.oneOf ?? [], prefix)];
}

/** Settings of a value with several forms: each path once, required only if every form requires it. */
function rowsOfForms(forms: readonly Node[], prefix: string): readonly Row[] {
  const objects = forms.map((form) => rowsOf(form, prefix)).filter((rows) => rows.length > 0);
  const paths = new Set(objects.flatMap((rows) => rows.map(([path]) => path)));
  return [...paths].flatMap((path): Row[] => {
    const same = objects.flatMap((rows) => rows.filter((row) => row[0] === path));
    const [first] = same;
    if (first === undefined) return [];
    const values = [...new Set(same.map(([, value]) => value))].join(' or ');
    const meanings = [...new Set(same.map(([, , , meaning]) => meaning))].join('; ');
    const partly =
      first[2] === 'required' && (same.length < objects.length || same.some(([, , standard]) => standard !== 'required'));
    return [[path, values, partly ? 'required in one form' : first[2], meanings]];
  });
}

function typeOf(node: Node): string {
  if (node.const !== undefined) return `\`${JSON.stringify(node.const)}\``;
  if (node.enum !== undefined) return node.enum.map((value) => `\`${String(value)}\``).join(', ');
  const options = node.anyOf ?? node.oneOf;
  if (options !== undefined) return [...new Set(options.map(typeOf))].join(' or ');
  if (node.items !== undefined) return `list of ${typeOf(node.items)}`;
  return typeof node.type === 'string' ? node.type : 'any';
}
