import assert from "node:assert/strict";
import { test } from "node:test";
import { kindOfSqlType } from "../../../src/sdk/sql/sql-column.ts";

test("the types of the common databases have a kind", () => {
  const types: Readonly<Record<string, readonly string[]>> = {
    int64: [
      "INT",
      "integer",
      "BIGINT",
      "int8",
      "INT4",
      "smallint",
      "tinyint(1)",
      "mediumint",
      "bigserial",
      "Int64",
      "Nullable(Int32)",
    ],
    uint64: ["bigint(20) unsigned", "INT UNSIGNED", "UInt64", "LowCardinality(Nullable(UInt8))"],
    float64: [
      "REAL",
      "double precision",
      "FLOAT8",
      "Float32",
      "decimal(10, 2)",
      "NUMERIC",
      "money",
      "Decimal64(3)",
    ],
    bool: ["BOOL", "boolean", "Nullable(Bool)"],
    time: [
      "timestamp",
      "TIMESTAMP WITHOUT TIME ZONE",
      "timestamptz",
      "timestamp(6) with time zone",
      "datetime2",
      "DateTime64(3)",
      "date",
      "Date32",
      "DATETIMEOFFSET",
      "timestamp_ntz",
    ],
    json: ["json", "JSONB"],
    string: [
      "text",
      "VARCHAR(20)",
      "character varying",
      "nvarchar",
      "NVARCHAR(MAX)",
      "uuid",
      "time",
      "Enum('a','b')",
      "String",
      "Int128",
      "UInt256",
      "longtext",
    ],
  };
  for (const [kind, names] of Object.entries(types)) {
    for (const name of names) assert.equal(kindOfSqlType(name, "number"), kind, name);
  }
});

test("decimals are texts where they shall keep their digits", () => {
  for (const type of ["decimal(10,2)", "NUMERIC", "Nullable(Decimal(38, 10))"]) {
    assert.equal(kindOfSqlType(type, "text"), "string", type);
  }
});

test("a type that is not known has no kind, so that the values decide", () => {
  for (const type of ["", "blob", "bytea", "geometry", "Array(String)", "int[]", "integers", "point"]) {
    assert.equal(kindOfSqlType(type, "number"), undefined, type);
  }
});
