import { createMemo, createResource, createSignal, onCleanup, Show } from 'solid-js';
import type { Asset, Conversation } from '../../../../../../src/core/asset.ts';
import { formatNumber } from '../../../pure/format.ts';
import { query } from '../../../store/api.ts';
import { Address } from '../../../ui/address.tsx';
import { useApp } from '../../../store/app-context.ts';
import { FindBar } from '../../../ui/find-bar.tsx';
import { MaintenanceMark } from '../../../ui/maintenance-mark.tsx';
import { Empty, Panel } from '../../../ui/panel.tsx';
import { Loaded } from '../../../ui/resource.tsx';
import { saveText, toCsv } from '../../../ui/save.ts';
import { LongTable } from '../../../ui/table.tsx';
import { shared } from '../../../text.ts';
import { texts } from './text.ts';

/** Interval of the requests, ms. */
const everyMs = 10_000;
/** Most clients that a row names. */
const mostClients = 3;

const textOf = (named: Readonly<Record<string, string>>): string =>
  Object.entries(named)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

/** The values that are not empty; a number needs its name. */
const valuesOf = (named: Readonly<Record<string, string>>): string =>
  Object.entries(named)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => (/^[\d, ]+$/.test(value) ? `${name} ${value}` : value))
    .join(', ');

/** Inventory of devices: identity, connection, who talks to them, last change. */
export function Assets() {
  const { clock } = useApp();
  const [text, setText] = createSignal('');
  const [found, { refetch }] = createResource(async () => await query('GET /api/assets', {}));
  const timer = setInterval(() => void refetch(), everyMs);
  onCleanup(() => clearInterval(timer));
  const answer = () => (found.state === 'errored' ? undefined : found.latest);
  const conversations = createMemo(() => answer()?.conversations ?? []);
  const rows = createMemo(() => {
    const wanted = text().trim().toLowerCase();
    return (answer()?.assets ?? []).filter((asset) =>
      `${asset.name} ${asset.type} ${asset.address} ${textOf(asset.identity)}`.toLowerCase().includes(wanted),
    );
  });
  const save = (): void =>
    saveText(`assets-${new Date(clock.now()).toISOString().slice(0, 10)}.csv`, assetCsv(rows(), conversations()));
  return (
    <>
      <Panel
        title={texts.title.assets}
        end={
          <span class="user-form">
            <FindBar label={texts.label.find} onFind={setText} count={rows().length} onExport={save} />
          </span>
        }
      >
        <p class="dim">{texts.note.assets}</p>
        <Loaded of={found} retry={() => void refetch()} cells={6}>
          {() => (
            <Show when={rows().length > 0} fallback={<Empty>{texts.sentence.noAssets}</Empty>}>
              <AssetTable rows={rows()} conversations={conversations()} />
            </Show>
          )}
        </Loaded>
      </Panel>
      <Panel
        title={texts.title.conversations}
        end={(answer()?.unlisted ?? 0) > 0 ? texts.note.unlisted(answer()?.unlisted ?? 0) : texts.note.conversations}
      >
        <Show when={conversations().length > 0} fallback={<Empty>{texts.sentence.notSeen}</Empty>}>
          <ConversationTable rows={conversations()} />
        </Show>
      </Panel>
    </>
  );
}

const clientsOf = (asset: Asset, conversations: readonly Conversation[]): readonly string[] => [
  ...new Set(conversations.filter(({ device }) => device === asset.name).map(({ client }) => client)),
];

function AssetTable(props: { readonly rows: readonly Asset[]; readonly conversations: readonly Conversation[] }) {
  const { zone, clock } = useApp();
  const clients = (asset: Asset): string => {
    const all = clientsOf(asset, props.conversations);
    return all.length === 0
      ? texts.note.notSeen
      : texts.note.clients(all.slice(0, mostClients).join(', '), all.length - mostClients);
  };
  const change = ({ changes: [last] }: Asset): string =>
    last === undefined ? texts.note.noChange : texts.note.change(zone().moment(last.at, clock.second()), last.text);
  return (
    <LongTable
      label={texts.title.assets}
      rows={props.rows}
      head={
        <>
          <th>{shared.column.device}</th>
          <th>{texts.column.address}</th>
          <th>{texts.column.identity}</th>
          <th>{texts.column.connection}</th>
          <th class="num">{shared.column.tags}</th>
          <th>{texts.column.clients}</th>
          <th>{texts.column.lastChange}</th>
        </>
      }
    >
      {(asset) => (
        <tr classList={{ new: asset.state !== 'up' }}>
          <td>
            <b>{asset.name}</b> <span class="dim">{asset.type}</span>
            <MaintenanceMark of={{ device: asset.name }} />
          </td>
          <td class="mono part address" title={asset.address}>
            <Address of={asset.address} />
          </td>
          <td class="wide" title={textOf(asset.identity)}>
            {valuesOf(asset.identity) || texts.note.noIdentity}
          </td>
          <td class="wide" title={textOf(asset.connection)}>
            {valuesOf(asset.connection)}
          </td>
          <td class="num">{formatNumber(asset.tags)}</td>
          <td class="part address" title={clientsOf(asset, props.conversations).join(', ')}>
            {clients(asset)}
          </td>
          <td class="wide" title={asset.changes.map(({ text }) => text).join('\n')}>
            {change(asset)}
          </td>
        </tr>
      )}
    </LongTable>
  );
}

function ConversationTable(props: { readonly rows: readonly Conversation[] }) {
  const { zone, clock } = useApp();
  return (
    <LongTable
      label={texts.title.conversations}
      rows={props.rows}
      head={
        <>
          <th>{texts.column.client}</th>
          <th>{texts.column.server}</th>
          <th>{shared.column.device}</th>
          <th>{texts.column.protocol}</th>
          <th>{texts.column.units}</th>
          <th>{texts.column.operations}</th>
          <th class="num">{texts.column.writes}</th>
          <th class="num">{texts.column.packets}</th>
          <th>{texts.column.firstSeen}</th>
          <th>{texts.column.lastSeen}</th>
        </>
      }
    >
      {(one) => (
        <tr>
          <td class="mono address">
            <Address of={one.client} />
          </td>
          <td class="mono address">
            <Address of={texts.note.server(one.server, one.port)} />
          </td>
          <td>{one.device ?? ''}</td>
          <td>{one.protocol}</td>
          <td>{one.units.join(', ')}</td>
          <td class="wide" title={one.operations.join(', ')}>
            {one.operations.join(', ')}
          </td>
          <td class="num">{formatNumber(one.writes)}</td>
          <td class="num">{formatNumber(one.packets)}</td>
          <td>{zone().moment(one.firstAt, clock.second())}</td>
          <td>{zone().moment(one.lastAt, clock.second())}</td>
        </tr>
      )}
    </LongTable>
  );
}

function assetCsv(assets: readonly Asset[], conversations: readonly Conversation[]): string {
  return toCsv([
    ['device', 'type', 'address', 'state', 'tags', 'identity', 'connection', 'clients', 'last change', 'change'],
    ...assets.map((asset) => [
      asset.name,
      asset.type,
      asset.address,
      asset.state,
      String(asset.tags),
      textOf(asset.identity),
      textOf(asset.connection),
      clientsOf(asset, conversations).join(' '),
      asset.changes[0] === undefined ? '' : new Date(asset.changes[0].at).toISOString(),
      asset.changes[0]?.text ?? '',
    ]),
  ]);
}
