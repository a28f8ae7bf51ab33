import type { Catalogue, Definition, Field, Method } from "./catalogue.ts";

/**
 * Renders the definitions of a package as sorted lines that a person can compare with a page of documentation:
 * `Message{1:string name, 2:repeated Other others, 3:map<string, Other> byName, 4:string? withPresence}`,
 * `Enum{ZERO=0, ONE=1}` and `Service{Method(Request) returns (stream Response)}`.
 */
export function compactLines(packageName: string, catalogue: Catalogue): string[] {
  const local = (fullName: string) => fullName.replace(`${packageName}.`, "");
  return Object.entries(catalogue)
    .filter(([, definition]) => !isMapEntry(definition))
    .map(([name, definition]) => `${local(name)}{${partsOf(definition).join(", ")}}`)
    .sort();

  function partsOf(definition: Definition): string[] {
    switch (definition.kind) {
      case "message":
        return definition.fields.map((field) => `${field.number}:${typeOf(field)} ${field.name}`);
      case "enum":
        return definition.values.map(({ name, number }) => `${name}=${number}`);
      case "service":
        return definition.methods.map(methodOf);
    }
  }

  function typeOf(field: Field): string {
    const entry = field.typeName === undefined ? undefined : catalogue[field.typeName];
    if (entry !== undefined && isMapEntry(entry)) return `map<${entry.fields.map(typeOf).join(", ")}>`;

    const type = field.typeName === undefined ? field.type : local(field.typeName);
    const repeated = field.label === "repeated" ? "repeated " : "";
    return `${repeated}${type}${field.proto3Optional ? "?" : ""}`;
  }

  function methodOf({ name, input, output, clientStreaming, serverStreaming }: Method): string {
    const request = `${clientStreaming ? "stream " : ""}${local(input)}`;
    const response = `${serverStreaming ? "stream " : ""}${local(output)}`;
    return `${name}(${request}) returns (${response})`;
  }
}

function isMapEntry(definition: Definition): definition is Extract<Definition, { kind: "message" }> {
  return definition.kind === "message" && definition.mapEntry === true;
}
