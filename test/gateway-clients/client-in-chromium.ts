/** A page in a real browser that uses our own client: it queries, plots a live stream, and shows an error. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { until } from "../helpers/until.ts";
import { modulesFolder } from "./install-modules.ts";
import { openPage } from "./open-page.ts";
import { startClientsGateway, token } from "./start-clients-gateway.ts";

const html = `<style>
  body { font: 15px sans-serif; margin: 1.5em; }
  figure { margin: 1em 0; }
  #error, #refused { color: #c4162a; }
</style>
<h1>Weather</h1>
<p>Points of the stream: <b id="points">0</b> <span id="stream"></span></p>
<p id="error"></p>
<p id="refused"></p>`;

/** How many pixels of a canvas have about this colour. */
function countPixels(index: number, [red, green, blue]: readonly [number, number, number]): string {
  return `(() => {
    const canvas = document.querySelectorAll("canvas")[${index}];
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) {
      const isNear = (channel, wanted) => Math.abs(data[at + channel] - wanted) < 24;
      if (data[at + 3] > 200 && isNear(0, ${red}) && isNear(1, ${green}) && isNear(2, ${blue})) count++;
    }
    return count;
  })()`;
}

test("a page of another origin queries, plots a live stream and shows errors", async (t) => {
  const { page, origin, errors } = await openPage(t, "client-page.ts", html);
  const gateway = await startClientsGateway(t, { allowedOrigins: [origin] });
  const listed = async (): Promise<unknown> => {
    const { json } = await gateway.ask("/api/live/list", undefined, {
      headers: { Authorization: `Bearer ${token}` },
    });
    return json.channels;
  };

  const points = await page.evaluate(`start(${JSON.stringify({ url: gateway.url, token, uid: "w1" })})`);
  await page.waitForFunction('Number(document.getElementById("points").textContent) >= 60');

  assert.equal(points, 365 + 1);
  assert.equal(await page.textContent("#error"), "no such column: nonsense");
  assert.match((await page.textContent("#refused")) ?? "", /^refused: the gateway answered with 404: /);
  const drawn = await page.evaluate(countPixels(0, [196, 22, 42]));
  const streamed = await page.evaluate(countPixels(1, [31, 96, 196]));
  assert.ok(Number(drawn) > 500 && Number(streamed) > 200, `${drawn} and ${streamed} pixels`);
  await page.screenshot({ path: join(modulesFolder, "..", "page.png"), fullPage: true });

  assert.deepEqual(await listed(), [{ channel: "ds/w1/replay/new-york", subscribers: 1 }]);
  await page.evaluate("leave()");
  await page.waitForFunction('document.getElementById("stream").textContent !== ""');
  assert.equal(await page.textContent("#stream"), "Error: the page was left");
  await until("nobody is subscribed", async () => JSON.stringify(await listed()) === "[]");

  assert.equal(await page.evaluate('ownAddress("")'), `${origin}/api/datasources`);
  assert.equal(await page.evaluate('ownAddress("/grafana/")'), `${origin}/grafana/api/datasources`);
  assert.deepEqual(errors, [], "errors that nothing handled");
});
