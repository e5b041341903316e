import { dirname } from 'node:path';
import express, { type RequestHandler } from 'express';

/** Where its files lie; the package itself would load all that runs in a browser. */
const SWAGGER_UI = dirname(require.resolve('swagger-ui-dist/package.json'));

const START = `window.onload = () => {
  window.ui = SwaggerUIBundle({
    url: '/openapi.json',
    dom_id: '#swagger-ui',
    deepLinking: true,
    persistAuthorization: true,
    presets: [SwaggerUIBundle.presets.apis],
  });
};`;

/** Swagger UI at /docs, showing the gateway's own /openapi.json. */
export function docsAt(path: string): RequestHandler {
  const router = express.Router();
  router.get(`${path}/swagger-initializer.js`, (_request, response) => void response.type('text/javascript').send(START));
  router.use(path, express.static(SWAGGER_UI, { index: 'index.html', redirect: true }));
  return router;
}
