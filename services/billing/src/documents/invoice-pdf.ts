import { once } from 'node:events';
import type { Infer, Invoice, Money } from '@polycloud/contracts';
import { toMajorString } from '@polycloud/payment';
import { loadFontReader } from './fonts';
import { type Column, Sheet, type Style } from './sheet';

type InvoiceShape = Infer<typeof Invoice>;
type Line = InvoiceShape['lines'][number];
type Amount = Infer<typeof Money>;

/** Who sells. */
interface Seller {
  name: string;
  /** One line or several. */
  address: string | undefined;
}

const FAINT: Style = { size: 9, color: '#6b7885' };

const day = (time: string) => time.slice(0, 10);

/** An amount with all decimals of its currency and its thousands apart: `1,234.500 KWD`. */
function price(money: Amount): string {
  const [whole = '', decimals] = toMajorString(money).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${decimals === undefined ? grouped : `${grouped}.${decimals}`} ${money.currency}`;
}

/** What one piece costs; nothing where the line's price is no multiple of it. */
const unitPrice = ({ price: { amount, currency }, quantity }: Line) =>
  amount % quantity === 0 ? price({ amount: amount / quantity, currency }) : '';

/** Draws invoices on A4. */
export class InvoicePdf {
  constructor(private readonly seller: Seller) {}

  /** The invoice as a PDF file. */
  async draw(invoice: InvoiceShape): Promise<Buffer> {
    const info = { Title: `Invoice ${invoice.number}`, Author: this.seller.name, CreationDate: new Date(invoice.issuedAt) };
    // Loaded with the first invoice that is drawn: together they take a fifth of the service's start-up.
    const [{ default: PDFDocument }] = await Promise.all([import('pdfkit'), loadFontReader()]);
    const page = new PDFDocument({ size: 'A4', margin: 0, bufferPages: true, lang: 'en', info });
    const parts: Buffer[] = [];
    page.on('data', (part: Buffer) => parts.push(part));
    const ended = once(page, 'end');
    new InvoiceSheet(new Sheet(page)).draw(invoice, this.seller);
    page.end();
    await ended;
    return Buffer.concat(parts);
  }
}

/** What stands on an invoice, from top to bottom. */
class InvoiceSheet {
  private readonly all: Column;
  private readonly leftHalf: Column;
  private readonly rightHalf: Column;

  constructor(private readonly sheet: Sheet) {
    const { left, right } = sheet;
    this.all = { x: left, width: right - left };
    this.leftHalf = { x: left, width: 290 };
    this.rightHalf = { x: right, width: 180, align: 'right' };
  }

  draw(invoice: InvoiceShape, seller: Seller): void {
    this.head(invoice, seller);
    this.lines(invoice);
    this.sums(invoice);
    this.foot(invoice);
    this.sheet.number((page, pages) => `Invoice ${invoice.number} · page ${page} of ${pages}`, FAINT);
  }

  private head({ number, issuedAt, payer }: InvoiceShape, { name, address }: Seller): void {
    const write = (column: Column) => (text: string, style?: Style) => this.sheet.row([{ text, column }], style);
    const [left, right, across] = [write(this.leftHalf), write(this.rightHalf), write(this.all)];
    const seller = () => {
      left(name, { weight: 'bold', size: 18 });
      if (address !== undefined) left(address, FAINT);
    };
    const title = () => {
      right('INVOICE', { ...FAINT, weight: 'bold', size: 18 });
      right(`No. ${number}`);
      right(`Issued ${day(issuedAt)}`);
    };
    this.sheet.beside(seller, title);
    this.sheet.down(24);
    across('Billed to', FAINT);
    across(payer.name, { weight: 'bold' });
    across(payer.email);
    this.sheet.down(24);
  }

  private lines({ lines }: InvoiceShape): void {
    this.sheet.repeat(() => {
      this.line(['Description', 'Quantity', 'Unit price', 'Amount'], { ...FAINT, weight: 'bold' });
      this.sheet.rule();
    });
    for (const line of lines) this.line([line.sku, String(line.quantity), unitPrice(line), price(line.price)], { size: 9 });
    this.sheet.repeat(() => undefined);
    this.sheet.rule();
  }

  private line([sku, quantity, unit, amount]: [string, string, string, string], style: Style): void {
    const { left, right } = this.sheet;
    const toTheLeftOf = (x: number, width: number): Column => ({ x, width, align: 'right' });
    this.sheet.row(
      [
        { text: sku, column: { x: left, width: 180 } },
        { text: quantity, column: toTheLeftOf(right - 245, 50) },
        { text: unit, column: toTheLeftOf(right - 125, 115) },
        { text: amount, column: toTheLeftOf(right, 120) },
      ],
      style,
    );
    this.sheet.down(3);
  }

  private sums({ net, tax, taxRate, country, total, refunded }: InvoiceShape): void {
    this.sheet.keepTogether(100);
    this.sum('Net', net);
    this.sum(`Tax ${taxRate} % (${country})`, tax);
    this.sum('Total', total, { weight: 'bold', size: 12 });
    this.sum('Paid', total);
    if (refunded.amount > 0) this.sum('Refunded', refunded);
  }

  private sum(name: string, amount: Amount, style?: Style): void {
    const column: Column = { x: this.sheet.right - 200, width: 200, align: 'right' };
    this.sheet.row(
      [
        { text: name, column },
        { text: price(amount), column: { x: this.sheet.right, width: 190, align: 'right' } },
      ],
      style,
    );
    this.sheet.down(3);
  }

  private foot({ orderId, paymentId }: InvoiceShape): void {
    this.sheet.keepTogether(70);
    this.sheet.down(24);
    for (const text of [`Order ${orderId}`, `Payment ${paymentId}`, 'Paid in full on the day of issue. Prices include tax.'])
      this.sheet.row([{ text, column: this.all }], { ...FAINT, size: 8 });
  }
}
