import { CacheInterceptor } from '@nestjs/cache-manager';
import { Controller, Get, Query, UseGuards, UseInterceptors } from '@nestjs/common';
import { AuthGuard } from '../auth/auth.guard';
import { DataService } from './data.service';
import { ReadDataDto } from './dto/read-data.dto';

@Controller('data')
@UseGuards(AuthGuard)
@UseInterceptors(CacheInterceptor)
export class DataController {
  constructor(private readonly dataService: DataService) {}

  @Get()
  async read(@Query() { dataset, limit }: ReadDataDto) {
    return { data: await this.dataService.rows(dataset, limit), page: { limit, nextCursor: null } };
  }
}
