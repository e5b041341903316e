import { AwsError } from '../aws-error';
import { childrenOf, textOf } from '../xml';
import { answer, answerXml, type ObjectOperation } from './operation';
import { readXml } from './xml-body';

/** Deleting what is not there succeeds as well. */
export const deleteObject: ObjectOperation = async (call) => {
  await call.store.find(call.bucket).remove(call.key);
  answer(call, 204);
};

export const deleteObjects: ObjectOperation = async (call) => {
  const bucket = call.store.find(call.bucket);
  const root = await readXml(call);
  const keys = childrenOf(root, 'Object').map((object) => textOf(object, 'Key') ?? '');
  if (keys.length === 0 || keys.length > 1000 || keys.includes('')) {
    throw new AwsError('MalformedXML', 400, 'The list must name between 1 and 1000 keys');
  }
  await Promise.all(keys.map((key) => bucket.remove(key)));
  const quiet = textOf(root, 'Quiet') === 'true';
  answerXml(call, 'DeleteResult', { Deleted: quiet ? [] : keys.map((Key) => ({ Key })) });
};
