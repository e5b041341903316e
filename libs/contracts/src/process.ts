import Joi from 'joi';
import { endpoint } from './endpoint';
import { id, objectKey, pageLimit, pageQuery, time } from './fields';
import { list, named, oneOf, record } from './schema';

/** 0 under process, 1 success, 2 failure. */
export const ProcessStatus = { UNDER_PROCESS: 0, SUCCESS: 1, FAILURE: 2 } as const;
export type ProcessStatus = (typeof ProcessStatus)[keyof typeof ProcessStatus];
export const processStatusText = ['under process', 'success', 'failure'] as const;
export const processStatus = () =>
  Joi.number<ProcessStatus>().valid(0, 1, 2).description('0 under process, 1 success, 2 failure');

export const ProcessError = named(
  'ProcessError',
  record({ code: Joi.string<string>(), detail: Joi.string<string>() }, { hint: Joi.string<string>() }),
);

export const Process = named(
  'Process',
  record(
    {
      processId: id(),
      orderId: id(),
      status: processStatus(),
      statusText: oneOf(...processStatusText),
      percentage: Joi.number().integer().min(0).max(100),
      step: Joi.string<string>().description('The step that is running, or the last one'),
      createdAt: time(),
      updatedAt: time(),
    },
    {
      error: ProcessError,
      result: named('ProcessResult', record({ key: objectKey().description('Where the result lies in your cloud') })),
    },
  ),
);

const processId = { processId: id() };

export const processes = {
  get: endpoint({
    operation: 'getProcess',
    method: 'GET',
    path: '/user/process/:processId',
    summary: 'How far a process is',
    params: record(processId),
    status: 200,
    returns: Process,
    fails: ['NOT_FOUND'],
  }),
  list: endpoint({
    operation: 'listProcesses',
    method: 'GET',
    path: '/user/processes',
    summary: 'My processes, newest first',
    query: record({}, { ...pageQuery, status: processStatus() }, pageLimit),
    status: 200,
    returns: list(Process),
    paged: true,
  }),
  events: endpoint({
    operation: 'streamProcess',
    method: 'GET',
    path: '/user/process/:processId/events',
    summary: 'How far a process is, as Server-Sent Events until it ends',
    params: record(processId),
    status: 200,
    returns: Process,
    produces: ['text/event-stream'],
    fails: ['NOT_FOUND'],
  }),
  all: endpoint({
    operation: 'listAllProcesses',
    method: 'GET',
    path: '/processes',
    summary: 'Processes of all users, newest first',
    access: 'admin',
    query: record(
      {},
      {
        ...pageQuery,
        status: processStatus(),
        olderThan: Joi.number().integer().min(0).description('Only those that began more than so many seconds ago'),
      },
      pageLimit,
    ),
    status: 200,
    returns: list(Process),
    paged: true,
  }),
};
