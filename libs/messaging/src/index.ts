export { InboxDao } from './dao/inbox.dao';
export { OutboxDao } from './dao/outbox.dao';
export { defineInbox, type InboxRow } from './models/inbox.model';
export { defineOutbox, type OutboxRow } from './models/outbox.model';
export { eventOf } from './event';
export { type OutboundEvent, type Publisher, SnsPublisher } from './publisher';
export { type QueueFigures, QueueMonitor } from './queue-monitor';
export { Relay } from './relay';
export { SnsSubscriptions } from './subscriptions';
