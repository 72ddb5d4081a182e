import cookieParser from 'cookie-parser';
import express from 'express';
import { toNodeListener } from 'vocalstack-token';
import { createHandler } from './token-handler.mjs';

const app = express();
app.use(express.json(), cookieParser());
app.all('/token', toNodeListener(createHandler((request) => request.cookies.session)));

const server = app.listen(process.env.PORT ?? 3000);
process.on('SIGTERM', () => server.close());
