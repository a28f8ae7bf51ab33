import * as z from "zod";
import type { Schemas } from "./schemas.ts";

export const zodSchemas: Schemas = {
  settings: z.object({ timeout: z.number(), httpMethod: z.enum(["GET", "POST"]), tlsAuth: z.boolean() }),
  secrets: z.object({ apiKey: z.string() }),
  range: z.object({ expr: z.string() }),
  table: z.object({ table: z.string(), limit: z.number().int().min(1) }),
  rows: z.object({ rows: z.number().int().min(1), chunk: z.number().int().min(1) }),
};
