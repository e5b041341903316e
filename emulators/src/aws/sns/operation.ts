import { AwsError } from '../aws-error';
import type { XmlContent } from '../xml';
import type { Form } from './form';
import type { TopicService } from './topic-service';

/** @returns the children of the result element; undefined for an operation that answers nothing */
export type TopicOperation = (form: Form, service: TopicService) => Promise<XmlContent> | XmlContent;

const PAGE = 100;

/** One page of a list; the token says where the next begins. */
export function page<Item>(all: Item[], form: Form): { members: Item[]; next?: string } {
  const start = Number(form.optional('NextToken') ?? 0) || 0;
  const end = start + PAGE;
  return { members: all.slice(start, end), next: end < all.length ? String(end) : undefined };
}

/** A map in the form of the query protocol. */
export function attributeMap(attributes: Record<string, string>): XmlContent {
  return { Attributes: { entry: Object.entries(attributes).map(([key, value]) => ({ key, value })) } };
}

export function invalid(what: string): AwsError {
  return new AwsError('InvalidParameter', 400, `Invalid parameter: ${what}`);
}
