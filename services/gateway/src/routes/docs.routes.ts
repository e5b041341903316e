import express, { type RequestHandler } from 'express';
import { absolutePath } from 'swagger-ui-dist';

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
  router.use(path, express.static(absolutePath(), { index: 'index.html', redirect: true }));
  return router;
}
