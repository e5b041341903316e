import { PassThrough } from 'node:stream';
import { connectDatabase, inTransaction } from '@polycloud/database';
import type { EventEnvelope } from '@polycloud/contracts';
import { createLogger } from '@polycloud/logger';
import { testDatabase, type TestDatabase } from '@polycloud/test-kit';
import type { Sequelize } from 'sequelize';
import { v7 } from 'uuid';
import { defineInbox, defineOutbox, InboxDao, type OutboundEvent, OutboxDao, type Publisher, Relay } from '../src';

/** A topic that takes what it likes. */
class Topic implements Publisher {
  readonly taken: string[] = [];
  calls = 0;

  constructor(private readonly takes: (event: OutboundEvent, call: number) => boolean = () => true) {}

  async publish(events: OutboundEvent[]): Promise<Set<string>> {
    const call = ++this.calls;
    await new Promise((resolve) => setImmediate(resolve));
    const taken = events.filter((event) => this.takes(event, call)).map(({ eventId }) => eventId);
    this.taken.push(...taken);
    return new Set(taken);
  }

  close(): void {}
}

describe('outbox, relay and inbox', () => {
  let schema: TestDatabase;
  let database: Sequelize;
  let outbox: OutboxDao;
  let inbox: InboxDao;
  const logger = createLogger({ service: 'test', level: 'error', stream: new PassThrough().resume() });

  beforeAll(async () => {
    schema = await testDatabase('order');
    const { host, port, database: name, user, password } = schema;
    const settings = {
      ...{ DATABASE_HOST: host, DATABASE_PORT: port, DATABASE_NAME: name, DATABASE_USER: user },
      ...{ DATABASE_PASSWORD: password, DATABASE_POOL: 16 },
    };
    database = connectDatabase(settings, logger);
    outbox = new OutboxDao(database, defineOutbox(database));
    inbox = new InboxDao(defineInbox(database));
  });
  afterAll(async () => {
    await database.close();
    await schema.close();
  });
  afterEach(() => schema.adminQuery('DELETE FROM outbox'));

  const event = (): EventEnvelope => ({
    ...{ eventId: v7(), type: 'process.requested', requestId: 'r-1', occurredAt: new Date().toISOString() },
    data: {},
  });
  /** As if whoever appended the events had died before he published them. */
  const nobodyPublishes = () => schema.adminQuery('UPDATE outbox SET available_at = NOW(3)');
  const append = async (count: number) => {
    const events = Array.from({ length: count }, event);
    await inTransaction(database, (transaction) => outbox.appendAll(events, transaction));
    await nobodyPublishes();
    return events.map(({ eventId }) => eventId).sort();
  };
  const pending = async () => {
    const [row] = await schema.adminQuery<{ n: number }>("SELECT COUNT(*) AS n FROM outbox WHERE state = 'pending'");
    return Number(row?.n);
  };
  /** Kicks relays until nothing is pending; pauses between two tries do not last. */
  const drain = async (relays: Relay[]) => {
    for (let round = 0; round < 100 && (await pending()) > 0; round++) {
      await schema.adminQuery("UPDATE outbox SET available_at = NOW(3) WHERE state = 'pending'");
      relays.forEach((relay) => relay.sweep());
      for (const relay of relays) await relay['running'];
    }
    await Promise.all(relays.map((relay) => relay.stop()));
  };

  it('several relays publish every event, each of them once', async () => {
    const topic = new Topic();
    const ids = await append(1_000);
    const relays = Array.from({ length: 4 }, () => new Relay(outbox, topic, logger));
    relays.forEach((relay) => relay.sweep());
    await Promise.all(relays.map((relay) => relay.stop().then(() => undefined)));
    await drain(relays.map(() => new Relay(outbox, topic, logger)));
    expect([...topic.taken].sort()).toEqual(ids);
  });

  it('who appended an event publishes it himself; another takes it up only when he does not', async () => {
    const [mine, left] = [event(), event()];
    const topic = new Topic();
    const [relay, other] = [new Relay(outbox, topic, logger), new Relay(outbox, topic, logger)];
    await inTransaction(database, (transaction) => outbox.appendAll([mine, left], transaction));
    other.sweep();
    await other['running'];
    expect(topic.taken).toEqual([]);
    relay.send(mine);
    await relay['running'];
    expect([topic.taken, await pending()]).toEqual([[mine.eventId], 1]);
    await nobodyPublishes();
    await drain([other]);
    expect(topic.taken).toEqual([mine.eventId, left.eventId]);
  });

  it('what a topic does not take, or takes in part, is tried again', async () => {
    const topic = new Topic(({ eventId }, call) => call > 2 || eventId.charCodeAt(35) % 2 === 0);
    const ids = await append(50);
    await drain([new Relay(outbox, topic, logger)]);
    expect([...topic.taken].sort()).toEqual(ids);
  });

  it('what a relay had in hand when it died is taken up again', async () => {
    const ids = await append(3);
    expect(await outbox.claim(10)).toHaveLength(3);
    expect(await outbox.claim(10)).toEqual([]);
    const topic = new Topic();
    await drain([new Relay(outbox, topic, logger)]);
    expect([...topic.taken].sort()).toEqual(ids);
  });

  it('what was inserted first and committed last is not passed over, and holds nobody up', async () => {
    const [first, ...others] = [event(), event(), event()];
    const theirs = others.map(({ eventId }) => eventId);
    const topic = new Topic();
    const relay = new Relay(outbox, topic, logger);
    await inTransaction(database, async (transaction) => {
      await outbox.append(first, transaction);
      await inTransaction(database, (other) => outbox.appendAll(others, other));
      // Of these alone: the first one's row is locked until its commit.
      for (const id of theirs) await schema.adminQuery('UPDATE outbox SET available_at = NOW(3) WHERE event_id = ?', [id]);
      relay.sweep();
      await relay['running'];
      expect(topic.taken).toEqual(theirs);
    });
    await drain([relay]);
    expect(topic.taken).toEqual([...theirs, first.eventId]);
  });

  it('an event has its effect once, in the transaction of the inbox', async () => {
    const eventId = v7();
    const takeIn = () => inTransaction(database, (transaction) => inbox.note('test', eventId, transaction));
    const failing = inTransaction(database, async (transaction) => {
      await inbox.note('test', eventId, transaction);
      throw new Error('the effect failed');
    });
    await expect(failing).rejects.toThrow('the effect failed');
    const outcomes = await Promise.all(Array.from({ length: 10 }, takeIn));
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    expect(await takeIn()).toBe(false);
  });

  it('forgets what is old, and nothing else', async () => {
    const [old, young] = await append(2);
    await outbox.markPublished([old ?? '', young ?? '']);
    await schema.adminQuery('UPDATE outbox SET published_at = NOW(3) - INTERVAL 8 DAY WHERE event_id = ?', [old]);
    await append(1);
    await outbox.sweep();
    const rows = await schema.adminQuery<{ event_id: string }>("SELECT event_id FROM outbox WHERE state = 'published'");
    expect([rows, await pending()]).toEqual([[{ event_id: young }], 1]);
    await schema.adminQuery('UPDATE inbox SET received_at = NOW(3) - INTERVAL 31 DAY');
    await inTransaction(database, (transaction) => inbox.note('test', v7(), transaction));
    await inbox.sweep();
    expect(await schema.adminQuery('SELECT event_id FROM inbox')).toHaveLength(1);
  });
});
