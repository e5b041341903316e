import { newId } from '@polycloud/http';
import type { Models } from '../models';
import type { FindingRow } from '../models/finding.model';
import { now } from './clock';

/** A difference that was found, and whether our books were mended. */
export type NewFinding = Pick<FindingRow, 'gateway' | 'kind' | 'paymentId' | 'reference' | 'detail' | 'mended'>;

/** Differences between our books and the gateways'. */
export class FindingDao {
  constructor(private readonly models: Pick<Models, 'findings'>) {}

  async add(finding: NewFinding): Promise<void> {
    await this.models.findings.create({ ...finding, findingId: newId(), foundAt: now });
  }
}
