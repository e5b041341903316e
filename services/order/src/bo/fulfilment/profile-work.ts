import { formatOf, profile } from '@polycloud/dataset';
import type { Work } from './item-work';

/** DATA-PROFILE: what the dataset is like, by columns. */
export const profileWork: Work = async ({ cloud, input: { dataset }, progress, signal }) => {
  const { info, body } = await cloud.read(dataset, { signal });
  const format = formatOf(dataset, info.contentType);
  return profile(dataset, body, { format, totalBytes: info.size, onProgress: progress, signal });
};
