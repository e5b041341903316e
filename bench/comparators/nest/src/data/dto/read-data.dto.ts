import { Type } from 'class-transformer';
import { IsInt, IsString, Max, Min } from 'class-validator';

export class ReadDataDto {
  @IsString()
  dataset: string;

  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit = 20;
}
