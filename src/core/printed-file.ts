import { zoneText } from './calendar.ts';
import { csvField } from './csv.ts';
import { formatDuration, formatNumber } from './format.ts';
import type { PrintedAttachment, PrintedCell, PrintedDocument, PrintedKind, PrintedTable, PrintedWithFiles } from './printed.ts';

/** Text of a cell for people. */
export function cellText(cell: PrintedCell, kind: PrintedKind, moment: (time: number) => string): string {
  if (typeof cell === 'string') return cell;
  if (!Number.isFinite(cell)) return '–';
  switch (kind) {
    case 'text':
    case 'number':
      return formatNumber(cell);
    case 'fraction':
      return `${formatNumber(100 * cell)} %`;
    case 'time':
      return moment(cell);
    case 'duration':
      return formatDuration(cell);
  }
}

/** True for the id of an alert or incident, which is not broken into two lines. */
export const isId = (cell: PrintedCell): boolean => typeof cell === 'string' && /^(ALT|INC)-\d+$/.test(cell);

/** The document as one HTML file for A4 paper, without scripts and without links to anything outside of it. */
export function printedHtml(document: PrintedWithFiles): string {
  const { title, site, timeZone, from, to, madeAt, notes, tables, attachments = [] } = document;
  const { moment } = zoneText(timeZone);
  const period = `${moment(from)} to ${moment(to)} (${timeZone})`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escaped(`${site}: ${title}`)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escaped(`${site}: ${title}`)}</h1>
<p>${escaped(period)}. Created ${escaped(moment(madeAt))}.</p>
${notes.map((note) => `<p>${escaped(note)}</p>`).join('\n')}
${tables.map((table) => tableHtml(table, moment)).join('\n')}
${attachments.map(attachmentHtml).join('\n')}
</body>
</html>
`;
}

/** The document as CSV: each table has a line with its title, a line with its columns, its rows and an empty line. */
export function printedCsv({ title, site, from, to, madeAt, notes, tables }: PrintedDocument): string {
  const iso = (time: number): string => new Date(time).toISOString();
  const head = [
    [site, title],
    ['from', iso(from)],
    ['to', iso(to)],
    ['created', iso(madeAt)],
    ...notes.map((note) => [note]),
    [],
  ];
  const parts = tables.flatMap(({ title: name, columns, rows }) => [
    [name],
    columns.map((column) => `${column.title}${csvUnit[column.kind]}`),
    ...rows.map((row) => row.map((cell, i) => csvCell(cell, columns[i]?.kind ?? 'text', iso))),
    [],
  ]);
  return [...head, ...parts].map((row) => `${row.map(csvField).join(',')}\r\n`).join('');
}

const csvUnit: Readonly<Record<PrintedKind, string>> = { text: '', number: '', fraction: ' (%)', time: '', duration: ' (s)' };

function csvCell(cell: PrintedCell, kind: PrintedKind, iso: (time: number) => string): string {
  if (typeof cell === 'string') return cell;
  if (!Number.isFinite(cell)) return '';
  if (kind === 'time') return iso(cell);
  return String(Number((kind === 'fraction' ? 100 * cell : kind === 'duration' ? cell / 1_000 : cell).toPrecision(6)));
}

function tableHtml({ title, note, columns, rows, empty }: PrintedTable, moment: (time: number) => string): string {
  const numeric = columns.map(({ kind }) => (kind === 'text' || kind === 'time' ? '' : ' class="num"'));
  const head = columns.map((column, i) => `<th scope="col"${numeric[i]}>${escaped(column.title)}</th>`).join('');
  const body = rows.map((row) => {
    const cells = row.map(
      (cell, i) =>
        `<td${isId(cell) ? ' class="id"' : numeric[i]}>${escaped(cellText(cell, columns[i]?.kind ?? 'text', moment))}</td>`,
    );
    return `<tr>${cells.join('')}</tr>`;
  });
  const table =
    rows.length === 0
      ? `<p>${escaped(empty)}</p>`
      : `<table><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table>`;
  return `<section><h2>${escaped(title)}</h2>${note === '' ? '' : `<p class="note">${escaped(note)}</p>`}${table}</section>`;
}

/** A link that saves the file, which is part of the document. */
const attachmentHtml = ({ name, mediaType, content }: PrintedAttachment): string =>
  `<p>Attached file: <a download="${escaped(name)}" href="data:${escaped(mediaType)};base64,${content.toString('base64')}">${escaped(name)}</a></p>`;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');

const style = `
@page { size: A4; margin: 12mm; }
body { font: 9pt/1.3 sans-serif; color: #000; background: #fff; margin: 1em; }
@media print { body { margin: 0; } }
h1 { font-size: 14pt; margin: 0 0 4pt; }
h2 { font-size: 10.5pt; margin: 10pt 0 2pt; }
p { margin: 0 0 3pt; }
.note { color: #444; }
section { break-inside: avoid-page; }
table { border-collapse: collapse; width: 100%; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
td.id { white-space: nowrap; }
th, td { border-bottom: 0.5pt solid #999; padding: 1pt 4pt; text-align: left; vertical-align: top; overflow-wrap: break-word; }
th { border-bottom: 1pt solid #000; }
.num { text-align: right; }
`;
