import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsInt, IsObject, IsOptional, IsString, Min, ValidateNested } from 'class-validator';

export class OrderItemDto {
  @IsString()
  sku: string;

  @IsOptional()
  @IsInt()
  @Min(1)
  quantity = 1;

  @IsOptional()
  @IsObject()
  input?: Record<string, unknown>;
}

export class PaymentDto {
  @IsString()
  gateway: string;

  @IsString()
  source: string;
}

export class CreateOrderDto {
  @ValidateNested({ each: true })
  @Type(() => OrderItemDto)
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  items: OrderItemDto[];

  @ValidateNested()
  @Type(() => PaymentDto)
  payment: PaymentDto;
}
