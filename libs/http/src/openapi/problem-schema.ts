import { errorCatalogue } from '@polycloud/contracts';
import type { Json } from './json-schema';

const text = { type: 'string' };

/** The body of every failure (RFC 9457), and one wrong field in it. */
export const problemSchemas: Record<string, Json> = {
  Problem: {
    type: 'object',
    properties: {
      type: text,
      title: text,
      status: { type: 'integer' },
      detail: { ...text, description: 'With which data or operation the problem is' },
      code: { $ref: '#/components/schemas/ProblemCode' },
      requestId: text,
      errors: { type: 'array', items: { $ref: '#/components/schemas/FieldProblem' } },
      hint: { ...text, description: 'How to mend it' },
    },
    required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
  },
  ProblemCode: { type: 'string', enum: Object.keys(errorCatalogue), description: 'Stable, for programs' },
  FieldProblem: { type: 'object', properties: { field: text, message: text }, required: ['field', 'message'] },
};
