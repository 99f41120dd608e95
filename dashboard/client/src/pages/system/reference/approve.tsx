import { createSignal, For, Show } from 'solid-js';
import type { TagInfo } from '../../../../../api/index.ts';
import { act } from '../../../store/api.ts';
import { useApp } from '../../../store/app-context.ts';
import { ActDialog } from '../../../ui/act-dialog.tsx';
import { ReasonField } from '../../../ui/fields.tsx';
import { Table } from '../../../ui/table.tsx';
import { shared } from '../../../text.ts';
import { type Comparison, figure, type Line } from './comparison.ts';
import { texts } from './text.ts';

/** A tag with a present value, and what a person has chosen for it. */
interface Row {
  readonly line: Line;
  readonly value: number;
  isIncluded: boolean;
  low: string;
  high: string;
}

/** Dialog in which a person chooses the tags of a reference set, their allowed spans and the reason. */
export function ApproveDialog(props: { readonly of: Comparison; readonly onClose: () => void }) {
  const { site } = useApp();
  const [reason, setReason] = createSignal('');
  const { body, tags } = props.of;
  const rows = body.lines.flatMap((line) =>
    line.present === undefined ? [] : [rowOf(line, line.present, (body.set?.count ?? 0) === 0)],
  );
  const approve = async (): Promise<string | undefined> => {
    const chosen = rows.filter(({ isIncluded }) => isIncluded);
    if (chosen.length === 0) return texts.sentence.nothing;
    const wrong = chosen.find((row) => !isSpan(row));
    if (wrong !== undefined) return texts.sentence.span(wrong.line.tag);
    const values = chosen.map(({ line: { tag }, value, low, high }) =>
      low.trim() === '' ? { tag, value } : { tag, value, low: Number(low), high: Number(high) },
    );
    await act('POST /api/reference/approve', { base: body.set?.version ?? 0, values, reason: reason() });
    return undefined;
  };
  return (
    <ActDialog
      title={texts.title.approve}
      text={texts.button.approve}
      disabled={reason().trim() === ''}
      run={approve}
      onClose={props.onClose}
    >
      <p>{texts.sentence.effect}</p>
      <Table
        label={texts.title.approve}
        head={
          <>
            <th>{texts.column.included}</th>
            <th>{texts.column.tag}</th>
            <th>{texts.column.present}</th>
            <th>{texts.column.low}</th>
            <th>{texts.column.high}</th>
          </>
        }
      >
        <For each={rows}>{(row) => <Choice row={row} tag={tags.get(row.line.tag)} />}</For>
      </Table>
      <ReasonField value={reason()} onInput={setReason} />
      <Show when={site.secondPerson === true}>
        <p>{shared.sentence.secondPerson}</p>
      </Show>
    </ActDialog>
  );
}

/** The fields of one tag. They keep what was typed, so that only a press of the button reads it. */
function Choice(props: { readonly row: Row; readonly tag: TagInfo | undefined }) {
  const { row } = props;
  const { tag } = row.line;
  return (
    <tr>
      <td>
        <input
          type="checkbox"
          name="included"
          aria-label={texts.note.includeOf(tag)}
          checked={row.isIncluded}
          onChange={(event) => (row.isIncluded = event.currentTarget.checked)}
        />
      </td>
      <td title={props.tag?.description}>
        <b>{tag}</b>
      </td>
      <td>{figure(row.value, props.tag)}</td>
      <LimitField name="low" row={row} label={texts.note.lowOf(tag)} />
      <LimitField name="high" row={row} label={texts.note.highOf(tag)} />
    </tr>
  );
}

/** Cell with one limit of the allowed span. */
function LimitField(props: { readonly row: Row; readonly name: 'low' | 'high'; readonly label: string }) {
  const { row, name } = props;
  return (
    <td>
      <input
        class="field"
        name={name}
        size={6}
        inputmode="decimal"
        aria-label={props.label}
        value={row[name]}
        onInput={(event) => (row[name] = event.currentTarget.value)}
      />
    </td>
  );
}

const rowOf = (line: Line, value: number, isFirst: boolean): Row => ({
  line,
  value,
  isIncluded: isFirst || line.reference !== undefined,
  low: textOf(line.reference?.low),
  high: textOf(line.reference?.high),
});

const textOf = (value: number | undefined): string => (value === undefined ? '' : String(value));

/** True for no span, and for two numbers that contain the value. */
function isSpan({ value, low, high }: Row): boolean {
  if (low.trim() === '' && high.trim() === '') return true;
  return low.trim() !== '' && high.trim() !== '' && Number(low) <= value && value <= Number(high);
}
