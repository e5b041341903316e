import { identitySettings, peerSettings, readConfig, serviceSettings } from '@polycloud/config';
import { type Infer, record } from '@polycloud/contracts';

const settings = record(
  { ...serviceSettings.required, ...identitySettings.required, ...peerSettings },
  {},
  { ...serviceSettings.filled },
);

export type Config = Infer<typeof settings>;

export const readServiceConfig = (): Config => readConfig(settings);
