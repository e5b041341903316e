import { Body, Controller, Get, Headers, HttpCode, Param, ParseUUIDPipe, Post, Query, Req, UseGuards } from '@nestjs/common';
import { AuthGuard, type AuthenticatedRequest } from '../auth/auth.guard';
import { CreateOrderDto } from './dto/create-order.dto';
import { OrdersService } from './orders.service';

@Controller()
@UseGuards(AuthGuard)
export class OrdersController {
  constructor(private readonly ordersService: OrdersService) {}

  @Post('user/order')
  @HttpCode(202)
  async create(@Req() { user }: AuthenticatedRequest, @Body() dto: CreateOrderDto, @Headers('idempotency-key') key: string) {
    return { data: await this.ordersService.create(user, dto, key) };
  }

  @Get('order/:id')
  async findOne(@Req() { user }: AuthenticatedRequest, @Param('id', ParseUUIDPipe) id: string) {
    return { data: await this.ordersService.findOne(user, id) };
  }

  @Get('orders')
  async findAll(@Req() { user }: AuthenticatedRequest, @Query('limit') limit = '20', @Query('cursor') cursor?: string) {
    const orders = await this.ordersService.findAll(user, Math.min(100, Number(limit)), cursor);
    return { data: orders, page: { limit: Number(limit), nextCursor: orders.at(-1)?.orderId ?? null } };
  }
}
