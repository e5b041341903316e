import { createPublicKey } from 'node:crypto';
import { Global, Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { AuthGuard } from './auth.guard';

const pem = process.env.JWT_PUBLIC_KEY ?? '';
// The usual way hands the key over as text, which is parsed again for each token; the other way is measured beside it.
const publicKey = process.env.JWT_KEY_PARSED === 'true' ? (createPublicKey(pem) as unknown as string) : pem;

@Global()
@Module({
  imports: [JwtModule.register({ publicKey, verifyOptions: { algorithms: ['ES256'] } })],
  providers: [AuthGuard],
  exports: [AuthGuard, JwtModule],
})
export class AuthModule {}
