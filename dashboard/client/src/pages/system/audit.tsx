import { createMemo, createResource, createSignal, Show } from 'solid-js';
import type { AlertState } from '../../../../../src/core/alert.ts';
import type { AuditLine } from '../../../../api/index.ts';
import { limits } from '../../../../protocol.ts';
import { foldedEntries, type FoldedEntry } from '../../pure/state/audit-fold.ts';
import { query } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { Address } from '../../ui/address.tsx';
import { Button } from '../../ui/button.tsx';
import { FindBar } from '../../ui/find-bar.tsx';
import { Empty, Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { LongTable } from '../../ui/table.tsx';
import { saveText, toCsv } from '../../ui/save.ts';
import { stateWords } from '../../pure/alerts/alert-words.ts';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Audit entries with the names of users, newest first. An exported file has pseudonyms instead of names. */
export function AuditTrail() {
  const { clock } = useApp();
  const [text, setText] = createSignal('');
  const [unfolded, setUnfolded] = createSignal(false);
  const [found, { refetch }] = createResource(
    async () => (await query('GET /api/audit', { limit: limits.auditPerQuery })).entries,
  );
  const rows = createMemo(() => {
    const wanted = text().trim().toLowerCase();
    const all = found.state === 'errored' ? [] : (found.latest ?? []);
    return all.filter((entry) =>
      `${entry.user ?? ''} ${entry.role} ${entry.address ?? ''} ${entry.action} ${entry.object} ${entry.reason ?? ''}`
        .toLowerCase()
        .includes(wanted),
    );
  });
  const save = (): void => saveText(`audit-${new Date(clock.now()).toISOString().slice(0, 10)}.csv`, auditCsv(rows()));
  return (
    <Panel
      title={texts.title.audit}
      end={
        <span class="user-form">
          <FindBar label={texts.label.findAudit} onFind={setText} count={rows().length} onExport={save}>
            <Button pressed={unfolded()} onPress={() => setUnfolded(!unfolded())}>
              {texts.button.showRecurrences}
            </Button>
            <Button onPress={() => void refetch()}>{texts.button.refresh}</Button>
          </FindBar>
        </span>
      }
    >
      <Loaded of={found} retry={() => void refetch()} cells={8}>
        {() => (
          <Show when={rows().length > 0} fallback={<Empty>{texts.sentence.noAudit}</Empty>}>
            <Entries
              rows={unfolded() ? rows().map((entry) => ({ entry, times: 1, since: entry.time })) : foldedEntries(rows())}
            />
          </Show>
        )}
      </Loaded>
    </Panel>
  );
}

/** A value before or after a change. The audit trail has the states of alerts by their letters. */
const valueText = ({ action }: AuditLine, value: string | undefined): string =>
  (action.startsWith('alert.') ? stateWords[value as AlertState] : undefined) ?? value ?? texts.note.nothing;

function Entries(props: { readonly rows: readonly FoldedEntry[] }) {
  const { zone, clock } = useApp();
  const change = (entry: AuditLine): string =>
    entry.before === undefined && entry.after === undefined
      ? ''
      : texts.note.change(valueText(entry, entry.before), valueText(entry, entry.after));
  return (
    <LongTable
      label={texts.title.audit}
      rows={props.rows}
      head={
        <>
          <th>{texts.column.time}</th>
          <th>{texts.column.user}</th>
          <th>{shared.column.role}</th>
          <th>{texts.column.address}</th>
          <th>{texts.column.action}</th>
          <th>{texts.column.object}</th>
          <th>{texts.column.beforeAfter}</th>
          <th>{shared.column.reason}</th>
        </>
      }
    >
      {({ entry, times, since }) => (
        <tr>
          <td>{zone().moment(entry.time, clock.second())}</td>
          <td title={entry.pseudonym}>{entry.user}</td>
          <td>{entry.role}</td>
          <td class="mono address">
            <Address of={entry.address} />
          </td>
          <td>
            {entry.action}
            <Show when={times > 1}>
              {' '}
              <span class="dim">{shared.note.repeats(times, zone().moment(since, clock.second()))}</span>
            </Show>
          </td>
          <td class="part" title={entry.object}>
            {entry.object}
          </td>
          <td class="wide" title={change(entry)}>
            {change(entry)}
          </td>
          <td class="part" title={entry.reason}>
            {entry.reason}
          </td>
        </tr>
      )}
    </LongTable>
  );
}

/** CSV with pseudonyms, because a file may leave the site. */
function auditCsv(entries: readonly AuditLine[]): string {
  const head = ['time', 'user', 'role', 'address', 'action', 'object', 'before', 'after', 'reason'];
  return toCsv([
    head,
    ...entries.map((entry) => [
      new Date(entry.time).toISOString(),
      entry.pseudonym ?? '',
      entry.role,
      entry.address ?? '',
      entry.action,
      entry.objectPseudonym ?? entry.object,
      entry.before ?? '',
      entry.after ?? '',
      entry.reason ?? '',
    ]),
  ]);
}
