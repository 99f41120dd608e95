import { AttributeIds, constructEventFilter, OPCUAClient, TimestampsToReturn } from 'node-opcua-client';
import { expect, it } from 'vitest';
import { openOpcuaBench } from '../../../test/support/opcua.ts';

it('serves conditions whose events reach a client through the Server object', async () => {
  await using bench = await openOpcuaBench({
    writers: true,
    weak: true,
    alarms: [{ point: 'CW.LT01', high: 5, name: 'CW.LT01 high' }],
  });
  const client = OPCUAClient.create({ endpointMustExist: false, connectionStrategy: { maxRetry: 0 } });
  await client.connect(bench.server.endpoint);
  const session = await client.createSession();
  const notifier = await session.read({ nodeId: 'i=2253', attributeId: AttributeIds.EventNotifier });
  expect(notifier.value.value).toBe(1);
  const subscription = await session.createSubscription2({ requestedPublishingInterval: 100, publishingEnabled: true });
  const filter = constructEventFilter(['SourceName', 'ConditionName', 'ActiveState.Id']);
  const item = await subscription.monitor(
    { nodeId: 'i=2253', attributeId: AttributeIds.EventNotifier },
    { samplingInterval: 0, queueSize: 10, filter },
    TimestampsToReturn.Both,
  );
  const { promise, resolve } = Promise.withResolvers<unknown[]>();
  item.on('changed', (fields: unknown) => resolve((fields as { value: unknown }[]).map(({ value }) => value)));
  bench.plant.set('CW.LT01', 5.5);
  bench.plant.step(1);
  bench.server.publish();
  expect(await promise).toEqual(['CW.LT01', 'CW.LT01 high', true]);
  await client.disconnect();
});

it('rejects an alarm for a point that it does not serve', async () => {
  const alarms = [{ point: 'RW.FT01', high: 5, name: 'x' }];
  await expect(openOpcuaBench({ alarms })).rejects.toMatchObject({ code: 'LAB_REFUSED' });
});
