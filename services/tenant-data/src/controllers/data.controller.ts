import { data } from '@polycloud/contracts';
import { type ControllerOf, handle } from '@polycloud/http';
import type { DatasetBo } from '../bo/dataset.bo';
import type { PredictionBo } from '../bo/prediction.bo';
import type { ResultBo } from '../bo/result.bo';
import type { RowBo } from '../bo/row.bo';
import { conditionalReply } from './conditional-reply';

/** The operations on a user's data. */
export interface DataBos {
  datasetBo: DatasetBo;
  rowBo: RowBo;
  resultBo: ResultBo;
  predictionBo: PredictionBo;
}

export class DataController implements ControllerOf<typeof data> {
  constructor(private readonly bos: DataBos) {}

  readonly read = handle(data.read, async ({ query, caller, headers }) => {
    const { dataset, processId, prefix, columns, limit, cursor } = query;
    if (processId !== undefined) return conditionalReply(await this.bos.resultBo.get(caller, processId), headers);
    if (dataset === undefined) return conditionalReply(await this.bos.datasetBo.list(caller, { prefix, limit, cursor }), headers);
    return conditionalReply(await this.bos.rowBo.page(caller, { dataset, columns, limit, cursor }), headers);
  });
  readonly predict = handle(data.predict, ({ body, caller }) => this.bos.predictionBo.predict(caller, body));
  readonly uploadUrl = handle(data.uploadUrl, ({ body, caller }) => this.bos.datasetBo.uploadUrl(caller, body));
  readonly downloadUrl = handle(data.downloadUrl, ({ body, caller }) => this.bos.datasetBo.downloadUrl(caller, body.key));
  readonly remove = handle(data.remove, ({ query, caller }) => this.bos.datasetBo.remove(caller, query.dataset));
}
