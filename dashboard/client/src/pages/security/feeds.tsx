import { createResource, For, onCleanup, Show } from 'solid-js';
import { formatAge, formatNumber } from '../../pure/format.ts';
import { query } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { Empty, Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { Table } from '../../ui/table.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Interval of the requests, ms. */
const everyMs = 10_000;

/** States of the feeds of indicators that the network is compared with. */
export function Feeds() {
  const { zone, clock } = useApp();
  const [found, { refetch }] = createResource(async () => (await query('GET /api/security/feeds', {})).feeds);
  const timer = setInterval(() => void refetch(), everyMs);
  onCleanup(() => clearInterval(timer));
  const moment = (time: number): string => (Number.isNaN(time) ? texts.note.never : zone().moment(time, clock.second()));
  const age = (time: number): string => (Number.isNaN(time) ? '' : formatAge(Math.max(0, clock.second() - time)));
  return (
    <main class="page security-matrix">
      <Panel title={texts.title.feeds} end={texts.note.feeds}>
        <Loaded of={found} retry={() => void refetch()} cells={4}>
          {(feeds) => (
            <Show when={feeds().length > 0} fallback={<Empty>{texts.sentence.noFeeds}</Empty>}>
              <Table
                label={texts.title.feeds}
                head={
                  <>
                    <th>{texts.column.feed}</th>
                    <th>{shared.column.state}</th>
                    <th class="num">{texts.column.indicators}</th>
                    <th class="num">{texts.column.expired}</th>
                    <th class="num">{texts.column.refused}</th>
                    <th class="num">{texts.column.hits}</th>
                    <th>{texts.column.lastRead}</th>
                    <th class="num">{texts.column.content}</th>
                    <th>{texts.column.source}</th>
                  </>
                }
              >
                <For each={feeds()}>
                  {(feed) => {
                    const state = (): string =>
                      texts.note.feedState(
                        texts.label.feedState[feed.state],
                        feed.reason === '' && feed.searching ? texts.note.searching : feed.reason,
                      );
                    const refusals = (): string =>
                      feed.refusals.map(({ id, reason }) => texts.note.refusal(id, reason)).join('\n');
                    return (
                      <>
                        <tr classList={{ new: feed.state === 'failed' || feed.state === 'stale' }}>
                          <td>
                            <b>{feed.name}</b>
                          </td>
                          <td class="part" title={state()}>
                            {state()}
                          </td>
                          <td class="num">{formatNumber(feed.indicators)}</td>
                          <td class="num">{formatNumber(feed.expired)}</td>
                          <td class="num" title={refusals()}>
                            {formatNumber(feed.refused)}
                          </td>
                          <td class="num">{formatNumber(feed.hits)}</td>
                          <td>{moment(feed.readAt)}</td>
                          <td class="num">{age(feed.contentAt)}</td>
                          <td class="wide mono" title={feed.source}>
                            {feed.source}
                          </td>
                        </tr>
                        <For each={feed.refusals.slice(0, 5)}>
                          {({ id, reason }) => (
                            <tr>
                              <td />
                              <td class="dim" colspan="8">
                                {texts.note.refusal(id, reason)}
                              </td>
                            </tr>
                          )}
                        </For>
                      </>
                    );
                  }}
                </For>
              </Table>
            </Show>
          )}
        </Loaded>
      </Panel>
    </main>
  );
}
