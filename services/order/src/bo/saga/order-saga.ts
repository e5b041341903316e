import { AppError, type billingInternals } from '@polycloud/contracts';
import type { ClientOf } from '@polycloud/http';
import type { UserClouds } from '@polycloud/user-clouds';
import type { FulfilmentBo } from '../fulfilment.bo';
import type { Saga } from './saga';

export const ORDER_SAGA = 'order';

/** The way of an order: charge, work in the user's cloud, store the result there. Who cannot be served gets his money back. */
export function orderSaga(billing: ClientOf<typeof billingInternals>, clouds: UserClouds, fulfilment: FulfilmentBo): Saga {
  return {
    name: ORDER_SAGA,
    steps: [
      {
        name: 'charge',
        percentage: 10,
        do: async ({ process, order, payment, owner }) => {
          const { orderId, total: amount } = order;
          const body = { orderId, processId: process.processId, userId: owner.userId, amount, ...payment };
          const { paymentId } = await billing.charge({ body, onBehalfOf: owner });
          return { paymentId };
        },
        undo: async ({ process: { processId, orderId }, owner }) =>
          void (await billing.refund({ params: { orderId }, body: { processId }, onBehalfOf: owner })),
      },
      { name: 'process', percentage: 90, do: (context) => fulfilment.fulfil(context) },
      {
        name: 'store',
        percentage: 99,
        do: async ({ process, order: { orderId }, owner, results, signal }) => {
          // The payer may have taken his money back meanwhile; an order is complete only when it is paid.
          const { paid } = await billing.paid({ params: { orderId }, onBehalfOf: owner });
          if (!paid) throw notPaid(orderId);
          const key = `results/${process.processId}.json`;
          await clouds.use(owner.userId, (cloud) =>
            cloud.write(key, Buffer.from(JSON.stringify(results['process'])), { contentType: 'application/json', signal }),
          );
          return { key };
        },
      },
    ],
    result: (results) => results['store'] as { key: string },
  };
}

const notPaid = (orderId: string) =>
  new AppError('PAYMENT_REQUIRED', `The payment of the order ${orderId} was given back before its result was stored`, {
    hint: 'Pay it with POST /payment and retry the order, or place a new one',
  });
