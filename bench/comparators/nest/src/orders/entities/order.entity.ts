import { Column, CreateDateColumn, Entity, Index, OneToMany, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import { OrderItem } from './order-item.entity';

@Entity('orders')
@Index(['userId', 'orderId'])
export class Order {
  @PrimaryColumn('char', { length: 36 })
  orderId: string;

  @Column('char', { length: 36 })
  userId: string;

  @Column('char', { length: 36 })
  processId: string;

  @Column({ length: 16 })
  status: string;

  @Column('char', { length: 3 })
  currency: string;

  @Column('bigint')
  totalAmount: number;

  @Column({ length: 32 })
  paymentGateway: string;

  @Column()
  paymentSource: string;

  @OneToMany(() => OrderItem, (item) => item.order, { cascade: true })
  items: OrderItem[];

  @CreateDateColumn({ precision: 3 })
  createdAt: Date;

  @UpdateDateColumn({ precision: 3 })
  updatedAt: Date;
}
