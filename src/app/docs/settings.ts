/** Settings as the JSON schema has them, in the shape that the tables need. */
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

/** A Markdown table of the settings of a JSON schema, nested keys with their path. */
export function settingsTable(schema: unknown): string {
  const rows = rowsOf(schema as Node, '');
  if (rows.length === 0) return 'It has no settings.';
  return ['| setting | value | default | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

function rowsOf(node: Node, prefix: string): string[] {
  return Object.entries(node.properties ?? {}).flatMap(([key, value]) => {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    const required = node.required?.includes(key) === true;
    const standard = value.default === undefined ? (required ? 'required' : '') : `\`${JSON.stringify(value.default)}\``;
    const row = `| \`${path}\` | ${typeOf(value)} | ${standard} | ${(value.description ?? '').replaceAll('|', '\\|')} |`;
    return [row, ...rowsOf(value.items ?? value, path)];
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
