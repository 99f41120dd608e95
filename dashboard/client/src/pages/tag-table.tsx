import { createMemo, Show } from 'solid-js';
import type { Equipment } from '../../../../src/core/monitor.ts';
import type { TagInfo } from '../../../api/index.ts';
import { worstOf } from '../pure/alerts/urgency.ts';
import { useApp } from '../store/app-context.ts';
import { Badge } from '../ui/badge.tsx';
import { MaintenanceMark } from '../ui/maintenance-mark.tsx';
import { Value } from '../ui/value.tsx';
import { LongTable } from '../ui/table.tsx';
import { shared } from '../text.ts';
import { texts } from './unit/text.ts';

/** Tags with their values by equipment; only what is on screen is in the page and subscribed. */
export function TagTable(props: { readonly tags: readonly TagInfo[]; readonly equipment: readonly Equipment[] }) {
  const { go, alerts } = useApp();
  const places = createMemo(() => new Map(props.equipment.map(({ id }, place) => [id, place])));
  const sorted = createMemo(() => {
    const placeOf = ({ equipment }: TagInfo): number => places().get(equipment) ?? props.equipment.length;
    return props.tags.toSorted((a, b) => placeOf(a) - placeOf(b) || a.index - b.index);
  });
  const nameOf = (id: string): string => props.equipment[places().get(id) ?? -1]?.name ?? id;
  // once for all rows: each row would sort the open alerts
  const worst = createMemo(() => {
    const named = alerts.open().flatMap((alert) => alert.tags.map((name) => [name, alert] as const));
    const byName = Map.groupBy(named, ([name]) => name);
    return new Map([...byName].map(([name, all]) => [name, worstOf(all.map(([, alert]) => alert))[0]]));
  });
  return (
    <LongTable
      label={texts.title.tags}
      rows={sorted()}
      head={
        <>
          <th>
            <span class="unseen">{texts.column.alert}</span>
          </th>
          <th>{shared.column.tag}</th>
          <th>{shared.column.description}</th>
          <th>{shared.column.equipment}</th>
          <th class="num">{shared.column.value}</th>
          <th class="large-only">{shared.column.device}</th>
        </>
      }
    >
      {(tag) => (
        <tr data-row onClick={() => go({ page: 'tag', tag: tag.name })}>
          <td>
            <Show when={worst().get(tag.name)}>{(alert) => <Badge priority={alert().priority} state={alert().state} />}</Show>
          </td>
          <td>
            <button type="button" class="link" onClick={() => go({ page: 'tag', tag: tag.name })}>
              {tag.name}
            </button>
          </td>
          <td class="wide">
            {tag.description} <MaintenanceMark of={tag} />
          </td>
          <td class="dim">{nameOf(tag.equipment)}</td>
          <td class="num">
            <Value tag={tag} />
          </td>
          <td class="dim large-only">{tag.device}</td>
        </tr>
      )}
    </LongTable>
  );
}
