import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

@Entity('user_processes')
export class UserProcess {
  @PrimaryColumn('char', { length: 36 })
  processId: string;

  @Index()
  @Column('char', { length: 36 })
  orderId: string;

  @Index()
  @Column('char', { length: 36 })
  userId: string;

  @Column('tinyint')
  status: number;

  @Column('tinyint')
  percentage: number;

  @Column({ length: 64 })
  step: string;

  @CreateDateColumn({ precision: 3 })
  createdAt: Date;
}

@Entity('process_events')
export class ProcessEvent {
  @PrimaryColumn('char', { length: 36 })
  eventId: string;

  @Index()
  @Column('char', { length: 36 })
  orderId: string;

  @Column({ length: 32 })
  kind: string;

  @CreateDateColumn({ precision: 3 })
  createdAt: Date;
}

@Entity('outbox')
export class OutboxEvent {
  @PrimaryColumn('char', { length: 36 })
  eventId: string;

  @Column({ length: 128 })
  type: string;

  @Column('mediumtext')
  payload: string;

  @Index()
  @Column({ length: 16 })
  state: string;
}

@Entity('idempotency_keys')
export class IdempotencyKey {
  @PrimaryColumn('char', { length: 36 })
  userId: string;

  @PrimaryColumn()
  idemKey: string;

  @Column('char', { length: 64 })
  fingerprint: string;

  @Column('mediumtext')
  answer: string;
}
