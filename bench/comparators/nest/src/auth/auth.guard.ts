import { CanActivate, ExecutionContext, Injectable, UnauthorizedException } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import type { Request } from 'express';

export interface User {
  userId: string;
  sessionId: string;
  token: string;
}

export type AuthenticatedRequest = Request & { user: User };

@Injectable()
export class AuthGuard implements CanActivate {
  constructor(private readonly jwt: JwtService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const [type, token] = request.headers.authorization?.split(' ') ?? [];
    if (type !== 'Bearer' || !token) throw new UnauthorizedException();
    try {
      const { sub, sid } = await this.jwt.verifyAsync<{ sub: string; sid: string }>(token);
      request.user = { userId: sub, sessionId: sid, token };
    } catch {
      throw new UnauthorizedException();
    }
    return true;
  }
}
