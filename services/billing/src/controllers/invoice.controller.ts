import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { invoices } from '@polycloud/contracts';
import { type ControllerOf, handle, Reply, StreamReply } from '@polycloud/http';
import accepts from 'accepts';
import type { InvoiceBo } from '../bo/invoice.bo';
import type { InvoicePdf } from '../documents/invoice-pdf';

export class InvoiceController implements ControllerOf<typeof invoices> {
  constructor(
    private readonly bo: InvoiceBo,
    private readonly pdf: InvoicePdf,
  ) {}
  readonly list = handle(invoices.list, ({ query, caller }) => this.bo.list(caller, query));
  readonly get = handle(invoices.get, async ({ params, caller, headers }) => {
    const invoice = await this.bo.get(caller, params.invoiceId);
    if (!wantsPdf(headers)) return new Reply(invoice, { headers: { Vary: 'Accept' } });
    return pdfReply(`invoice-${invoice.number}.pdf`, await this.pdf.draw(invoice));
  });
}

const wantsPdf = (headers: IncomingHttpHeaders) => accepts({ headers } as IncomingMessage).type(['json', 'pdf']) === 'pdf';

const pdfReply = (name: string, file: Buffer) =>
  new StreamReply((response) => {
    response.set({ 'Content-Type': 'application/pdf', 'Cache-Control': 'no-store', Vary: 'Accept' });
    response.set({ 'Content-Disposition': `inline; filename="${name}"`, 'Content-Length': String(file.length) });
    response.end(file);
    return Promise.resolve();
  });
