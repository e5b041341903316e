import { type Endpoints, serviceContracts } from '@polycloud/contracts';
import { openApiOf } from '@polycloud/http';

const INFO = {
  title: 'Polycloud',
  version: '1.0.0',
  description: 'Orders and data for users who each live on a cloud of their own.',
};

/** The one OpenAPI document of all services, made once from the contracts. */
export class DocumentBo {
  private readonly document: object;

  constructor() {
    const groups = Object.values(serviceContracts).flatMap((service) => Object.entries(service) as [string, Endpoints][]);
    this.document = openApiOf(
      groups.map(([tag, endpoints]) => ({ tag, endpoints })),
      INFO,
    );
  }

  get(): object {
    return this.document;
  }
}
