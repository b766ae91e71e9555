import { z } from "zod";
import { key, text, whole } from "./key";

const days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;

export const maintenance = z.strictObject({
  days: key(z.array(z.enum(days)).min(1, "is empty; name a day, or leave maintenance out"), {
    description: "Days of the week.",
    allowed: `${days.join(", ")}; on azure one of them`,
    example: ["Saturday", "Sunday"],
  }),
  start: key(text(/^([01]\d|2[0-3]):[0-5]\d$/, 'is no time of day; write it in quotes and in UTC, such as "03:00"'), {
    description: "When it begins, in UTC.",
    example: "03:00",
  }),
  hours: key(whole(4, 24), { description: "How long it is, at most.", example: 8 }),
});
