import { pluginChecks } from "../../src/cli/conformance/checks/all-checks.ts";
import { hostChecks } from "../../src/cli/conformance/host/all-host-checks.ts";
import { listChecks } from "../../src/cli/conformance/list-checks.ts";

/** The page with the tables of checks. */
export const checksPage = "docs/conformance.md";

/** Writes the tables that `conformance --list` prints below the marks of the page, in place of what is there. */
export function fillCheckTables(markdown: string): string {
  return markdown
    .replace(/<!-- checks: plugin -->\n(\|.*\n|(?=\n)\n(?=\|))*/, () =>
      block("plugin", listChecks(pluginChecks)),
    )
    .replace(/<!-- checks: host -->\n(\|.*\n|(?=\n)\n(?=\|))*/, () => block("host", listChecks(hostChecks)));
}

function block(name: string, table: string): string {
  return `<!-- checks: ${name} -->\n\n${table}\n`;
}
