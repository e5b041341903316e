import { selectPrepared } from '@polycloud/database';
import { literal, Op, type Sequelize } from 'sequelize';
import type { Models } from '../models';
import type { PriceRow } from '../models/price.model';
import type { TaxRateRow } from '../models/tax-rate.model';

/** Hundredths of a per cent as they hold now in a country; no row for one that has none. */
export const TAX_RATE = `SELECT basis_points AS basisPoints FROM tax_rates WHERE country = ? AND valid_from <= NOW(3)
  ORDER BY valid_from DESC LIMIT 1`;

/** The price list and the tax rates, as they hold now. */
export class PriceDao {
  constructor(
    private readonly sequelize: Sequelize,
    private readonly models: Pick<Models, 'prices'>,
  ) {}

  /** Minor units by SKU, of those that have a price on this cloud in this currency. */
  async current(skus: string[], cloud: string, currency: string): Promise<Map<string, number>> {
    const list = `SELECT sku, amount FROM prices WHERE sku IN (${skus.map(() => '?').join(', ')}) AND cloud = ? AND currency = ?
      AND valid_from <= NOW(3) ORDER BY valid_from`;
    const rows = await selectPrepared<Pick<PriceRow, 'sku' | 'amount'>>(this.sequelize, list, [...skus, cloud, currency]);
    // Later prices come later and take the place of earlier ones.
    return new Map(rows.map(({ sku, amount }) => [sku, Number(amount)]));
  }

  /** What these SKUs are sold in on this cloud; empty where none of them is sold. */
  async currenciesOf(skus: string[], cloud: string): Promise<string[]> {
    const where = { sku: skus, cloud, validFrom: { [Op.lte]: literal('NOW(3)') } };
    const rows = await this.models.prices.findAll({ attributes: ['currency'], where, group: ['currency'], raw: true });
    return rows.map(({ currency }) => currency);
  }

  /** Hundredths of a per cent; 0 for a country without a row. */
  async taxRate(country: string): Promise<number> {
    const [row] = await selectPrepared<Pick<TaxRateRow, 'basisPoints'>>(this.sequelize, TAX_RATE, [country]);
    return row?.basisPoints ?? 0;
  }
}
