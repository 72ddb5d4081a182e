import { All, Controller, Module, Req, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import cookieParser from 'cookie-parser';
import type { Request, Response } from 'express';
import { toNodeListener } from 'vocalstack-token';
import { createHandler } from '../token-handler.mjs';

const listener = toNodeListener(createHandler((request: Request) => request.cookies.session));

@Controller('token')
class TokenController {
  @All()
  token(@Req() request: Request, @Res() response: Response) {
    return listener(request, response);
  }
}

@Module({ controllers: [TokenController] })
class AppModule {}

const app = await NestFactory.create(AppModule);
app.use(cookieParser());
app.enableShutdownHooks();
await app.listen(process.env.PORT ?? 3000);
