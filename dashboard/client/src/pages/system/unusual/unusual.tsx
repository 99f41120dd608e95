import { createResource, onCleanup, Show } from 'solid-js';
import type { MinorFinding } from '../../../../../../src/core/minor.ts';
import { formatNumber } from '../../../pure/format.ts';
import { query } from '../../../store/api.ts';
import { useApp } from '../../../store/app-context.ts';
import { Empty, Panel } from '../../../ui/panel.tsx';
import { Loaded } from '../../../ui/resource.tsx';
import { LongTable } from '../../../ui/table.tsx';
import { shared } from '../../../text.ts';
import { texts } from './text.ts';

const refreshMs = 10_000;

/** Open minor findings, highest score first, and those of the last 24 h. They raise no alerts. */
export function Unusual() {
  const { zone, health } = useApp();
  const [answer, { refetch }] = createResource(async () => await query('GET /api/minor', {}));
  const timer = setInterval(() => void refetch(), refreshMs);
  onCleanup(() => clearInterval(timer));
  const note = (): string => {
    const known = answer.state === 'errored' ? undefined : answer.latest;
    if (known === undefined) return texts.note.scale;
    const count = texts.note.ofAll(known.open.length, known.total);
    return [texts.note.scale, count, texts.note.asOf(zone().time(known.time))].join(' · ');
  };
  const noneNow = (): string =>
    (health.health()?.learning.state ?? 'ready') === 'ready' ? texts.sentence.none : texts.sentence.noneLearned;
  return (
    <>
      <Panel title={texts.title.now} end={note()}>
        <Loaded of={answer} retry={() => void refetch()} cells={6}>
          {(known) => (
            <Show when={known().open.length > 0} fallback={<Empty>{noneNow()}</Empty>}>
              <Open rows={known().open} />
            </Show>
          )}
        </Loaded>
      </Panel>
      <Panel title={texts.title.ended}>
        <Loaded of={answer} retry={() => void refetch()} cells={6}>
          {(known) => (
            <Show when={known().ended.length > 0} fallback={<Empty>{texts.sentence.noneEnded}</Empty>}>
              <Ended rows={known().ended} />
            </Show>
          )}
        </Loaded>
      </Panel>
    </>
  );
}

function Open(props: { readonly rows: readonly MinorFinding[] }) {
  const { zone, clock } = useApp();
  return (
    <LongTable
      label={texts.title.now}
      rows={props.rows}
      head={
        <>
          <th class="num">{texts.column.score}</th>
          <th class="num">{texts.column.peak}</th>
          <th>{shared.column.since}</th>
          <th>{shared.column.tag}</th>
          <th>{texts.column.finding}</th>
          <th>{shared.column.detector}</th>
        </>
      }
    >
      {(one) => (
        <tr>
          <td class="num">
            <b>{formatNumber(one.score, 2)}</b>
          </td>
          <td class="num">{formatNumber(one.peak, 2)}</td>
          <td>{zone().moment(one.since, clock.second())}</td>
          <Words of={one} />
        </tr>
      )}
    </LongTable>
  );
}

function Ended(props: { readonly rows: readonly MinorFinding[] }) {
  const { zone, clock } = useApp();
  return (
    <LongTable
      label={texts.title.ended}
      rows={props.rows}
      head={
        <>
          <th>{shared.column.since}</th>
          <th>{texts.column.ended}</th>
          <th class="num">{texts.column.peak}</th>
          <th>{shared.column.tag}</th>
          <th>{texts.column.finding}</th>
          <th>{shared.column.detector}</th>
          <th>{texts.column.end}</th>
        </>
      }
    >
      {(one) => (
        <tr>
          <td>{zone().moment(one.since, clock.second())}</td>
          <td>{zone().moment(one.endedAt ?? one.updatedAt, clock.second())}</td>
          <td class="num">{formatNumber(one.peak, 2)}</td>
          <Words of={one} />
          <td>{one.end === undefined ? '' : texts.label.end[one.end]}</td>
        </tr>
      )}
    </LongTable>
  );
}

/** Cells of the first tag, or of the device or channel, the sentence and the detector. */
function Words(props: { readonly of: MinorFinding }) {
  const { go } = useApp();
  return (
    <>
      <td>
        <Show when={props.of.tags[0]} fallback={<span class="mono">{props.of.device ?? props.of.channel}</span>}>
          {(tag) => (
            <button type="button" class="link" onClick={() => go({ page: 'tag', tag: tag() })}>
              {tag()}
            </button>
          )}
        </Show>
      </td>
      <td class="wide" title={props.of.sentence}>
        {props.of.sentence}
      </td>
      <td>{props.of.detector}</td>
    </>
  );
}
