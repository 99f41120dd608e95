import { For, Show } from 'solid-js';
import { zoneText } from '../../../../../src/core/calendar.ts';
import type { PrintedDocument, PrintedTable } from '../../../../../src/core/printed.ts';
import { cellText, isId } from '../../../../../src/core/printed-file.ts';
import { ScrollRegion } from '../../ui/table.tsx';
import { texts } from './text.ts';

/** A path or a hash, which no line of a narrow column holds. */
const longWord = /\S{25}/;

/**
 * The tables of a document as on its printed page.
 * @param props.label name of the region, default: title of the document
 * @param props.titled false if the title is above the tables already
 */
export function PrintedTables(props: { readonly document: PrintedDocument; readonly label?: string; readonly titled?: boolean }) {
  const zone = () => zoneText(props.document.timeZone);
  const heading = (): string => {
    const { from, to, timeZone, madeAt } = props.document;
    return [texts.note.span(zone().moment(from), zone().moment(to), timeZone), texts.note.made(zone().moment(madeAt))].join(
      ' · ',
    );
  };
  return (
    <ScrollRegion label={props.label ?? props.document.title}>
      <div class="printed">
        <Show when={props.titled !== false}>
          <h2>{props.document.title}</h2>
        </Show>
        <p class="dim">{heading()}</p>
        <For each={props.document.notes}>{(note) => <p>{note}</p>}</For>
        <For each={props.document.tables}>{(table) => <Printed table={table} moment={(time) => zone().moment(time)} />}</For>
      </div>
    </ScrollRegion>
  );
}

function Printed(props: { readonly table: PrintedTable; readonly moment: (time: number) => string }) {
  const isNumeric = (column: number): boolean => !['text', 'time'].includes(props.table.columns[column]?.kind ?? 'text');
  return (
    <section>
      <h3>{props.table.title}</h3>
      <Show when={props.table.note !== ''}>
        <p class="dim">{props.table.note}</p>
      </Show>
      <Show when={props.table.rows.length > 0} fallback={<p>{props.table.empty}</p>}>
        <table class="table">
          <thead>
            <tr>
              <For each={props.table.columns}>
                {({ title, kind }, i) => (
                  <th scope="col" classList={{ num: isNumeric(i()), time: kind === 'time' }}>
                    {title}
                  </th>
                )}
              </For>
            </tr>
          </thead>
          <tbody>
            <For each={props.table.rows}>
              {(row) => (
                <tr>
                  <For each={row}>
                    {(cell, i) => {
                      const kind = () => props.table.columns[i()]?.kind ?? 'text';
                      const text = () => cellText(cell, kind(), props.moment);
                      return (
                        <td
                          classList={{
                            num: isNumeric(i()),
                            id: isId(cell),
                            time: kind() === 'time',
                            long: longWord.test(text()),
                          }}
                        >
                          {text()}
                        </td>
                      );
                    }}
                  </For>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </Show>
    </section>
  );
}
