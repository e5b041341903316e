import { once } from 'node:events';
import { dirname, join } from 'node:path';
import type { Infer, Invoice, Money } from '@polycloud/contracts';
import { toMajorString } from '@polycloud/payment';

type InvoiceShape = Infer<typeof Invoice>;
type Amount = Infer<typeof Money>;

/** Who sells. */
export interface Seller {
  name: string;
  address: string | undefined;
}

const FONTS = join(dirname(require.resolve('dejavu-fonts-ttf/package.json')), 'ttf');
const MARGIN = 56;
const INK = '#1c2733';
const FAINT = '#6b7885';
const RULE = '#d5dbe1';

const price = (money: Amount) => `${toMajorString(money)} ${money.currency}`;
const day = (time: string) => time.slice(0, 10);

/** Draws invoices on A4. */
export class InvoicePdf {
  constructor(private readonly seller: Seller) {}

  /** The invoice as a PDF file. The fonts carry Latin, Greek, Cyrillic and Arabic. */
  async draw(invoice: InvoiceShape): Promise<Buffer> {
    const info = { Title: `Invoice ${invoice.number}`, Author: this.seller.name, CreationDate: new Date(invoice.issuedAt) };
    // Loaded with the first invoice that is drawn: its fonts take an eighth of the service's start-up.
    const { default: PDFDocument } = await import('pdfkit');
    const page = new PDFDocument({ size: 'A4', margin: MARGIN, info, lang: 'en' });
    page.registerFont('plain', join(FONTS, 'DejaVuSans.ttf')).registerFont('bold', join(FONTS, 'DejaVuSans-Bold.ttf'));
    const parts: Buffer[] = [];
    page.on('data', (part: Buffer) => parts.push(part));
    const ended = once(page, 'end');
    new Sheet(page).draw(invoice, this.seller);
    page.end();
    await ended;
    return Buffer.concat(parts);
  }
}

/** One invoice on its pages, from top to bottom. */
class Sheet {
  private readonly right: number;
  private y = MARGIN;

  constructor(private readonly page: PDFKit.PDFDocument) {
    this.right = page.page.width - MARGIN;
  }

  draw(invoice: InvoiceShape, seller: Seller): void {
    this.head(invoice, seller);
    this.row(['Description', 'Quantity', 'Amount'], { font: 'bold', size: 9, color: FAINT });
    this.rule();
    for (const { sku, quantity, price: amount } of invoice.lines) this.row([sku, String(quantity), price(amount)]);
    this.rule();
    this.sums(invoice);
    this.foot(invoice);
  }

  private head({ number, issuedAt, payer }: InvoiceShape, seller: Seller): void {
    this.text(seller.name, { font: 'bold', size: 20, x: MARGIN });
    this.text('INVOICE', { font: 'bold', size: 20, right: true, color: FAINT });
    this.down(30);
    if (seller.address !== undefined) this.text(seller.address, { size: 9, x: MARGIN, color: FAINT });
    this.text(`No. ${number}`, { right: true });
    this.down(16);
    this.text(`Issued ${day(issuedAt)}`, { right: true });
    this.down(34);
    this.text('Billed to', { size: 9, x: MARGIN, color: FAINT });
    this.down(14);
    this.text(payer.name, { font: 'bold', x: MARGIN });
    this.down(16);
    this.text(payer.email, { x: MARGIN });
    this.down(40);
  }

  private sums({ net, tax, taxRate, country, total, refunded }: InvoiceShape): void {
    this.row(['', 'Net', price(net)]);
    this.row(['', `Tax ${taxRate} % (${country})`, price(tax)]);
    this.row(['', 'Total', price(total)], { font: 'bold', size: 12 });
    this.row(['', 'Paid', price(total)]);
    if (refunded.amount > 0) this.row(['', 'Refunded', price(refunded)]);
  }

  private foot({ orderId, paymentId }: InvoiceShape): void {
    this.down(30);
    for (const line of [`Order ${orderId}`, `Payment ${paymentId}`, 'Paid in full on the day of issue. Prices include tax.']) {
      this.text(line, { size: 8, x: MARGIN, color: FAINT });
      this.down(12);
    }
  }

  private row([first, second, third]: [string, string, string], style: Style = {}): void {
    // A row that would not fit starts the next page.
    if (this.y > this.page.page.height - 2 * MARGIN) {
      this.page.addPage();
      this.y = MARGIN;
    }
    this.text(first, { ...style, x: MARGIN });
    this.text(second, { ...style, right: true, inset: 130 });
    this.text(third, { ...style, right: true });
    this.down(20);
  }

  private rule(): void {
    this.page.moveTo(MARGIN, this.y).lineTo(this.right, this.y).lineWidth(0.5).strokeColor(RULE).stroke();
    this.down(10);
  }

  private text(text: string, { font = 'plain', size = 10, color = INK, ...place }: Style & Place): void {
    this.page.font(font).fontSize(size).fillColor(color);
    const x = place.right ? this.right - (place.inset ?? 0) - this.page.widthOfString(text) : (place.x ?? MARGIN);
    this.page.text(text, x, this.y, { lineBreak: false });
  }

  private down(points: number): void {
    this.y += points;
  }
}

interface Style {
  font?: 'plain' | 'bold';
  size?: number;
  color?: string;
}

/** From the left, or so far from the right edge that the text ends there. */
interface Place {
  x?: number;
  right?: boolean;
  inset?: number;
}
