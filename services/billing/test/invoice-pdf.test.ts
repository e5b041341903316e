import PDFDocument from 'pdfkit';
import { InvoicePdf } from '../src/documents/invoice-pdf';
import { piecesOf } from '../src/documents/written-text';

const KWD = (amount: number) => ({ amount, currency: 'KWD' });
const invoice = {
  ...{ invoiceId: 'i', orderId: 'o', paymentId: 'p', number: '2026-000001', issuedAt: '2026-03-01T10:00:00.000Z' },
  payer: { name: 'Sara Ali', email: 'sara@example.com' },
  lines: [{ sku: 'DATA-PROFILE', quantity: 2, price: KWD(12_340) }],
  ...{ net: KWD(11_752), tax: KWD(588), taxRate: '5.00', country: 'AE', total: KWD(12_340), refunded: KWD(340) },
};

/** A text as it was put on a page: where, and how wide. */
interface Box {
  page: unknown;
  text: string;
  x: number;
  y: number;
  width: number;
}

/** Draws an invoice and tells every text that was put on its pages. */
async function drawn(change: Partial<typeof invoice>): Promise<{ boxes: Box[]; pages: number }> {
  const boxes: Box[] = [];
  const original = PDFDocument.prototype.text;
  const spy = jest.spyOn(PDFDocument.prototype, 'text').mockImplementation(function (this: PDFKit.PDFDocument, ...args) {
    const [text, x, y] = args as unknown as [string, number, number];
    boxes.push({ page: this.page, text, x, y, width: this.widthOfString(text) });
    return original.apply(this, args);
  });
  await new InvoicePdf({ name: 'Polycloud W.L.L.', address: 'Block 3\nKuwait City' }).draw({ ...invoice, ...change });
  spy.mockRestore();
  return { boxes, pages: new Set(boxes.map(({ page }) => page)).size };
}

/** Every text stands within the margins, and none upon another. */
function expectLegible(boxes: Box[]): void {
  const isUpon = (a: Box, b: Box) =>
    a.page === b.page && Math.abs(a.y - b.y) < 8 && a.x + 0.01 < b.x + b.width && b.x + 0.01 < a.x + a.width;
  for (const [at, box] of boxes.entries()) {
    expect(box.x).toBeGreaterThanOrEqual(56);
    expect(box.x + box.width).toBeLessThanOrEqual(595.28 - 56 + 0.01);
    expect(box.y).toBeLessThanOrEqual(842 - 56);
    expect(boxes.slice(at + 1).filter((other) => isUpon(box, other))).toEqual([]);
  }
}

describe('an invoice on paper', () => {
  it('shows number, payer, lines, unit prices, tax, total and refund, each amount with the decimals of its currency', async () => {
    const { boxes, pages } = await drawn({});
    const texts = boxes.map(({ text }) => text);
    for (const text of ['No. 2026-000001', 'Sara Ali', 'DATA-PROFILE', '6.170 KWD', '12.340 KWD', '11.752 KWD', '0.588 KWD'])
      expect(texts).toContain(text);
    for (const text of ['Tax 5.00 % (AE)', 'Refunded', '0.340 KWD', 'Block 3', 'Kuwait City']) expect(texts).toContain(text);
    expect(pages).toBe(1);
    expectLegible(boxes);
  });

  it('has no decimals in yen, and parts thousands', async () => {
    const JPY = (amount: number) => ({ amount, currency: 'JPY' });
    const lines = [{ sku: 'DATA-PROFILE', quantity: 3, price: JPY(1_234_500) }];
    const { boxes } = await drawn({ lines, total: JPY(1_234_500), net: JPY(1_234_500), tax: JPY(0), refunded: JPY(0) });
    const texts = boxes.map(({ text }) => text);
    expect(texts).toEqual(expect.arrayContaining(['1,234,500 JPY', '411,500 JPY', '0 JPY']));
    expect(texts).not.toContain('Refunded');
  });

  it('goes on over pages with its heads, however long names, SKUs and amounts are', async () => {
    const most = KWD(Number.MAX_SAFE_INTEGER);
    const lines = Array.from({ length: 50 }, (_none, at) => ({ sku: `${'LONG-SKU-'.repeat(7)}${at}`, quantity: 1, price: most }));
    const payer = {
      name: 'Wolfeschlegelsteinhausenbergerdorff '.repeat(8),
      email: `${'x'.repeat(64)}@${'y'.repeat(180)}.example`,
    };
    const { boxes, pages } = await drawn({ lines, payer, total: most, net: most, tax: most, refunded: most });
    expect(pages).toBeGreaterThan(1);
    expect(boxes.filter(({ text }) => text === 'Description')).toHaveLength(pages);
    expect(boxes.map(({ text }) => text)).toContain(`Invoice 2026-000001 · page ${pages} of ${pages}`);
    expectLegible(boxes);
  });
});

describe('the pieces of a line, from left to right', () => {
  const seen = (line: string) => piecesOf(line, 'plain').map(({ text }) => text);

  it('are one for what one font writes from the left', () => {
    expect(seen('Zoë Łukasz Ελένη Дмитрий 7')).toEqual(['Zoë Łukasz Ελένη Дмитрий 7']);
  });

  it('are the words of Arabic from the right, with its brackets turned and its numbers left as they are', () => {
    expect(seen('شركة (نور) 12')).toEqual(['12', ' ', '(', 'نور', ')', ' ', 'شركة']);
  });

  it('keep Latin words where they stand among Arabic ones', () => {
    expect(seen('نور Data Co علي')).toEqual(['علي', ' ', 'Data Co', ' ', 'نور']);
    expect(seen('Data نور علي Co.')).toEqual(['Data ', 'علي', ' ', 'نور', ' Co.']);
  });

  it('change the font for scripts that it lacks, marks with their letters', () => {
    const fonts = piecesOf('Aक्षि山', 'plain').map(({ text, font }) => [text, font.replace(/^.*node_modules\//, '')]);
    expect(fonts).toEqual([
      ['A', expect.stringContaining('dejavu')],
      ['क्षि', expect.stringContaining('devanagari')],
      ['山', expect.stringContaining('unifontex')],
    ]);
  });
});
