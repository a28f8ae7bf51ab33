import assert from "node:assert/strict";
import { test } from "node:test";
import { readAudit } from "../../scripts/package/advisories.ts";

/** As npm 11 prints it. */
const audit = (severity: string): string =>
  JSON.stringify({
    auditReportVersion: 2,
    vulnerabilities: {
      lodash: { name: "lodash", severity, isDirect: true, via: [{ title: "Prototype pollution", severity }] },
      user: { name: "user", severity, isDirect: false, via: ["lodash"] },
    },
  });

test("advisories of severity high and critical fail the check, others do not", () => {
  for (const severity of ["high", "critical"]) {
    assert.deepEqual(readAudit(audit(severity)), {
      problems: [
        `lodash has an advisory of severity ${severity}: Prototype pollution`,
        `user has an advisory of severity ${severity}: lodash`,
      ],
      leftOut: undefined,
    });
  }
  assert.deepEqual(readAudit(audit("moderate")), { problems: [], leftOut: undefined });
  assert.deepEqual(readAudit('{ "vulnerabilities": {} }'), { problems: [], leftOut: undefined });
});

test("a registry that does not answer is said in one line", () => {
  const refused =
    'npm warn audit 405 Method Not Allowed\n{ "message": "405 Method Not Allowed - POST https://r/", "statusCode": 405 }';

  assert.equal(
    readAudit(refused).leftOut,
    "the registry does not answer npm audit: 405 Method Not Allowed - POST https://r/",
  );
  assert.equal(
    readAudit("npm error ENOTFOUND\nmore").leftOut,
    "the registry does not answer npm audit: npm error ENOTFOUND",
  );
});
