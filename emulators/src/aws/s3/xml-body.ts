import { createHash } from 'node:crypto';
import type { Element } from '@xmldom/xmldom';
import { AwsError } from '../aws-error';
import { parseXml } from '../xml';
import type { ObjectCall } from './operation';

const MAX_XML_BYTES = 4 * 1024 * 1024;

/** The text of a request's document, which must be the one that was signed. */
export async function readDocument({ request, payloadHash }: ObjectCall): Promise<string> {
  const body = await request.body(MAX_XML_BYTES);
  const hash = createHash('sha256').update(body).digest('hex');
  if (payloadHash !== 'UNSIGNED-PAYLOAD' && payloadHash !== hash) {
    throw new AwsError(
      'XAmzContentSHA256Mismatch',
      400,
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  return body.toString();
}

/** The root element of a request's document. @throws AwsError MalformedXML */
export async function readXml(call: ObjectCall): Promise<Element> {
  return parseXml(await readDocument(call));
}
