import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ianaZone } from "../../src/time/iana-zone.ts";

/** The offset as `Intl` prints it, such as `GMT-03:30:52`. */
function printedOffset(zone: string, at: number): number {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  const text = format.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign, hours = "0", minutes = "0", seconds = "0"] =
    /^GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text) ?? [];
  return (sign === "-" ? -1000 : 1000) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds));
}

test("the offset of every zone is the one that Intl prints, at any time from 1850 to 2100", () => {
  const zones = Intl.supportedValuesOf("timeZone");
  const made = new Map(zones.map((zone) => [zone, ianaZone(zone)]));
  assert.ok(zones.length > 300);
  const instants = fc.integer({ min: Date.UTC(1850, 0) / 1000, max: Date.UTC(2100, 0) / 1000 });
  fc.assert(
    fc.property(fc.constantFrom(...zones), instants, (zone, second) => {
      assert.equal(made.get(zone)?.offsetMs(second * 1000), printedOffset(zone, second * 1000));
    }),
    { numRuns: 300 },
  );
});

test("on the day of a change, the offset changes at the second of the change", () => {
  const zone = ianaZone("America/St_Johns");
  const change = Date.UTC(2010, 2, 14, 3, 31);

  assert.deepEqual(
    [change - 1, change, change - 43_200_000, change + 43_200_000].map((at) => zone.offsetMs(at) / 60_000),
    [-210, -150, -210, -150],
  );
});

test("a zone keeps right offsets however many days are asked for", () => {
  const zone = ianaZone("Europe/Berlin");
  for (const round of [1, 2]) {
    for (let day = 0; day < 1500; day++) {
      const at = Date.UTC(2020, 0, 1 + day, 12);
      const month = new Date(at).getUTCMonth();
      if (month === 2 || month === 9) continue;
      assert.equal(
        zone.offsetMs(at),
        month > 2 && month < 9 ? 7_200_000 : 3_600_000,
        `${round}: ${new Date(at)}`,
      );
    }
  }
});

test("names of UTC need no formatter, and others that the runtime lacks are refused", () => {
  for (const name of ["", "utc", "UTC"]) assert.equal(ianaZone(name).offsetMs(0), 0);
  for (const name of ["browser", "Europe/Nowhere", "+25:00"]) {
    assert.throws(() => ianaZone(name), { name: "TimeError", code: "time_option_invalid" });
  }
});

test("beyond what a Date holds there is no offset", () => {
  for (const at of [8.64e15, -8.64e15, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.equal(ianaZone("Asia/Tokyo").offsetMs(at), 0);
  }
});
