import { type OrderLine, toOrders, toWork } from '../src/dao/order-view';

const line = (orderId: string, lineNo: number): OrderLine => ({
  ...{ orderId, lineNo, sku: `sku-${lineNo}`, processId: 'p', status: 'accepted', currency: 'USD', quantity: 1 },
  ...{ totalAmount: 500, priceAmount: 250, input: null, createdAt: new Date(0), updatedAt: new Date(0) },
});

describe('orders from their lines', () => {
  it('keep the order of the orders, and put each item where its number says', () => {
    const orders = toOrders([line('second', 1), line('second', 0), line('first', 0)]);
    expect(orders.map(({ orderId, items }) => [orderId, items.map(({ sku }) => sku)])).toEqual([
      ['second', ['sku-0', 'sku-1']],
      ['first', ['sku-0']],
    ]);
  });
});

describe('the work of an order from its lines', () => {
  it('has each item where its number says, and the total', () => {
    expect(toWork([line('one', 1), line('one', 0)])).toMatchObject({
      ...{ orderId: 'one', items: [{ sku: 'sku-0' }, { sku: 'sku-1' }], total: { amount: 500, currency: 'USD' } },
    });
  });

  it('is nothing where the order has no lines', () => expect(toWork([])).toBeUndefined());
});
