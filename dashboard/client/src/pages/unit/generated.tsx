import { createMemo, Show } from 'solid-js';
import type { Area } from '../../../../../src/core/monitor.ts';
import type { TagInfo } from '../../../../api/index.ts';
import { useApp } from '../../store/app-context.ts';
import { useNamedTags } from '../../store/tags.ts';
import { Indicators } from '../../ui/indicators.tsx';
import { TagTable } from '../tag-table.tsx';
import './generated.css';

const most = 10;

/** Indicators and table of an area without a drawing. */
export function GeneratedDisplay(props: { readonly area: Area; readonly tags: readonly TagInfo[] }) {
  const { tags: catalogue } = useApp();
  const indicators = useNamedTags(catalogue, () => props.area.indicators);
  const shown = createMemo(() => {
    const named = indicators.state === 'errored' ? [] : (indicators.latest ?? []);
    const others = props.tags.filter(
      (tag) => tag.kind === 'analog' && tag.role === 'measurement' && !named.some((one) => one.name === tag.name),
    );
    return [...named, ...others].slice(0, most);
  });
  return (
    <>
      <Show when={shown().length > 0}>
        <Indicators class="generated-indicators" tags={shown()} neighbours={props.tags} />
      </Show>
      <TagTable tags={props.tags} equipment={props.area.equipment} />
    </>
  );
}
