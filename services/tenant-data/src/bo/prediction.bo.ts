import type { Caller } from '@polycloud/auth';
import type { Infer, NewPrediction, Prediction } from '@polycloud/contracts';
import type { UserClouds } from '@polycloud/user-clouds';

/** Inference at once, by the models of the user's cloud. */
export class PredictionBo {
  constructor(private readonly clouds: UserClouds) {}

  async predict(caller: Caller, request: Infer<typeof NewPrediction>): Promise<Infer<typeof Prediction>> {
    return this.clouds.use(caller.userId, (cloud, signal) => cloud.predict({ ...request, signal }));
  }
}
