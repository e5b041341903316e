import { HttpModule } from '@nestjs/axios';
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IdempotencyKey, OutboxEvent, ProcessEvent, UserProcess } from './entities/journal.entities';
import { OrderItem } from './entities/order-item.entity';
import { Order } from './entities/order.entity';
import { OrdersController } from './orders.controller';
import { OrdersService } from './orders.service';
import { PeersService } from './peers.service';

@Module({
  imports: [TypeOrmModule.forFeature([Order, OrderItem, UserProcess, ProcessEvent, OutboxEvent, IdempotencyKey]), HttpModule],
  controllers: [OrdersController],
  providers: [OrdersService, PeersService],
})
export class OrdersModule {}
