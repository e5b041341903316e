import { HttpService } from '@nestjs/axios';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { firstValueFrom } from 'rxjs';
import type { User } from '../auth/auth.guard';

export interface Quote {
  lines: { price: { amount: number } }[];
  total: { amount: number; currency: string };
}

export interface KnownUser {
  userId: string;
  roles: string[];
  cloud: string | null;
}

@Injectable()
export class PeersService {
  constructor(
    private readonly http: HttpService,
    private readonly jwt: JwtService,
  ) {}

  async user({ token }: User): Promise<KnownUser> {
    return this.post(`${process.env.USER_URL}/internal/tokens/verify`, { token }, this.serviceToken('user'));
  }

  async quote(user: User, cloud: string, items: unknown[]): Promise<Quote> {
    const obo = { userId: user.userId, sessionId: user.sessionId, roles: ['customer'], cloud };
    return this.post(`${process.env.BILLING_URL}/quote`, { items }, this.serviceToken('billing', obo));
  }

  private async post<T>(url: string, body: unknown, token: string): Promise<T> {
    const headers = { Authorization: `Bearer ${token}` };
    const { data } = await firstValueFrom(this.http.post<{ data: T }>(url, body, { headers }));
    return data.data;
  }

  private serviceToken(audience: string, obo?: object): string {
    return this.jwt.sign(obo ? { obo } : {}, {
      privateKey: process.env.SERVICE_KEY,
      algorithm: 'ES256',
      header: { alg: 'ES256', typ: 'svc+jwt', kid: 'order' },
      issuer: 'svc:order',
      subject: 'svc:order',
      audience,
      expiresIn: 120,
    });
  }
}
