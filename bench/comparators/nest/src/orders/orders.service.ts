import { createHash } from 'node:crypto';
import { ConflictException, Injectable, NotFoundException, UnprocessableEntityException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { DataSource, LessThan, Repository } from 'typeorm';
import { v7 } from 'uuid';
import type { User } from '../auth/auth.guard';
import type { CreateOrderDto } from './dto/create-order.dto';
import { IdempotencyKey, OutboxEvent, ProcessEvent, UserProcess } from './entities/journal.entities';
import { Order } from './entities/order.entity';
import { PeersService, type Quote } from './peers.service';

@Injectable()
export class OrdersService {
  constructor(
    @InjectRepository(Order) private readonly orders: Repository<Order>,
    @InjectRepository(IdempotencyKey) private readonly keys: Repository<IdempotencyKey>,
    private readonly dataSource: DataSource,
    private readonly peers: PeersService,
  ) {}

  async create(user: User, dto: CreateOrderDto, idemKey: string) {
    const fingerprint = createHash('sha256').update(JSON.stringify(dto)).digest('hex');
    const known = await this.keys.findOneBy({ userId: user.userId, idemKey });
    if (known && known.fingerprint !== fingerprint) throw new UnprocessableEntityException('The key was used with another body');
    if (known) return JSON.parse(known.answer) as unknown;

    const { cloud } = await this.peers.user(user);
    if (!cloud) throw new ConflictException('No cloud is registered');
    const quote = await this.peers.quote(user, cloud, dto.items);
    return this.store(user, dto, { quote, idemKey, fingerprint });
  }

  async findOne(user: User, orderId: string) {
    const order = await this.orders.findOne({ where: { orderId, userId: user.userId }, relations: { items: true } });
    if (!order) throw new NotFoundException();
    return order;
  }

  async findAll(user: User, limit: number, before?: string) {
    return this.orders.find({
      where: { userId: user.userId, ...(before && { orderId: LessThan(before) }) },
      relations: { items: true },
      order: { orderId: 'DESC' },
      take: limit,
    });
  }

  private async store(user: User, dto: CreateOrderDto, with_: { quote: Quote; idemKey: string; fingerprint: string }) {
    const { quote, idemKey, fingerprint } = with_;
    const [orderId, processId, eventId] = [v7(), v7(), v7()];
    const answer = { orderId, processId, status: 0, percentage: 0, total: quote.total };
    const event = { eventId, type: 'process.requested', occurredAt: new Date(), data: { orderId, processId, ...user } };
    await this.dataSource.transaction(async (manager) => {
      const order = manager.create(Order, {
        orderId,
        processId,
        userId: user.userId,
        status: 'accepted',
        currency: quote.total.currency,
        totalAmount: quote.total.amount,
        paymentGateway: dto.payment.gateway,
        paymentSource: dto.payment.source,
        items: dto.items.map((item, lineNo) => ({
          lineNo,
          sku: item.sku,
          quantity: item.quantity,
          priceAmount: quote.lines[lineNo]?.price.amount ?? 0,
          input: item.input ? JSON.stringify(item.input) : null,
        })),
      });
      await manager.save(order);
      await manager.save(
        manager.create(UserProcess, { processId, orderId, userId: user.userId, status: 0, percentage: 0, step: 'accepted' }),
      );
      await manager.save(manager.create(ProcessEvent, { eventId: v7(), orderId, kind: 'accepted' }));
      const payload = JSON.stringify(event);
      await manager.save(manager.create(OutboxEvent, { eventId, type: event.type, payload, state: 'pending' }));
      const stored = JSON.stringify(answer);
      await manager.save(manager.create(IdempotencyKey, { userId: user.userId, idemKey, fingerprint, answer: stored }));
    });
    return answer;
  }
}
