import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Order } from './order.entity';

@Entity('order_items')
export class OrderItem {
  @PrimaryColumn('char', { length: 36 })
  orderId: string;

  @PrimaryColumn()
  lineNo: number;

  @ManyToOne(() => Order, (order) => order.items)
  @JoinColumn({ name: 'orderId' })
  order: Order;

  @Column({ length: 64 })
  sku: string;

  @Column()
  quantity: number;

  @Column('bigint')
  priceAmount: number;

  @Column('text', { nullable: true })
  input: string | null;
}
