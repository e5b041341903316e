import { CacheModule } from '@nestjs/cache-manager';
import { Module } from '@nestjs/common';
import { DataController } from './data.controller';
import { DataService } from './data.service';

@Module({
  imports: [CacheModule.register({ ttl: 5_000 })],
  controllers: [DataController],
  providers: [DataService],
})
export class DataModule {}
