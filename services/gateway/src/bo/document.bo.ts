import { type Endpoints, serviceContracts } from '@polycloud/contracts';
import { openApiOf } from '@polycloud/http';

const INFO = {
  title: 'Polycloud',
  version: '1.0.0',
  description: 'Orders and data for users who each live on a cloud of their own.',
};

/** The one OpenAPI document of all services, made from the contracts when it is first asked for: a start need not wait for it. */
export class DocumentBo {
  private document?: object;

  get(): object {
    return (this.document ??= made());
  }
}

function made(): object {
  const groups = Object.values(serviceContracts).flatMap((service) => Object.entries(service) as [string, Endpoints][]);
  return openApiOf(
    groups.map(([tag, endpoints]) => ({ tag, endpoints })),
    INFO,
  );
}
