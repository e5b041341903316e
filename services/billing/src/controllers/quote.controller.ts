import { quotes } from '@polycloud/contracts';
import { type ControllerOf, handle } from '@polycloud/http';
import type { QuoteBo } from '../bo/quote.bo';

export class QuoteController implements ControllerOf<typeof quotes> {
  constructor(private readonly bo: QuoteBo) {}
  readonly quote = handle(quotes.quote, ({ body, caller }) => this.bo.quote(caller, body));
}
