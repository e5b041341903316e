import '../src/worker';

describe('the worker', () => {
  it('loads no Express, since it answers no requests', async () => {
    const loadsExpress = () => Object.keys(require.cache).some((path) => path.includes('node_modules/express/'));
    expect(loadsExpress()).toBe(false);
    await import('@polycloud/http/serve');
    expect(loadsExpress()).toBe(true);
  });
});
