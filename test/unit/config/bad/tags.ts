/** Tags and labels. */
import type { Bad } from "./bad";

export const tags: Bad[] = [
  {
    name: "a number as a tag",
    values: { tags: { "cost-center": 4711 } },
    messages: ["tags.cost-center: 4711 is no text; put it in quotes"],
  },
  {
    name: "a list of tags",
    values: { tags: ["a"] },
    messages: ['tags: ["a"] is no group of keys; write one, such as {"cost-center":"4711"}'],
  },
  {
    name: "a tag of the platform's own",
    values: { tags: { environment: "test" } },
    messages: ["tags.environment: is set by the platform itself; take another name"],
  },
  {
    name: "a tag that AWS keeps",
    values: { tags: { "aws:createdBy": "me" } },
    messages: ["tags.aws:createdBy: is a name that aws keeps for itself; take another"],
  },
  {
    name: "a tag that load balancers go by",
    values: { tags: { "kubernetes.io/role/elb": "1" } },
    messages: ["tags.kubernetes.io/role/elb: is a name that aws keeps for itself; take another"],
  },
  {
    name: "a tag with a value that is too long",
    values: {
      tags: {
        note: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
      },
    },
    messages: [
      'tags.note: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx... is no value of a tag on aws; allowed are up to 256 letters, digits, spaces and _.:/=+-@',
    ],
  },
  {
    name: "a tag with a character that AWS refuses",
    values: { tags: { "cost#center": "1" } },
    messages: [
      "tags.cost#center: is no name of a tag on aws; allowed are 1 to 128 letters, digits, spaces and _.:/=+-@",
    ],
  },
  {
    name: "too many tags",
    values: {
      tags: {
        t0: "x",
        t1: "x",
        t2: "x",
        t3: "x",
        t4: "x",
        t5: "x",
        t6: "x",
        t7: "x",
        t8: "x",
        t9: "x",
        t10: "x",
        t11: "x",
        t12: "x",
        t13: "x",
        t14: "x",
        t15: "x",
        t16: "x",
        t17: "x",
        t18: "x",
        t19: "x",
        t20: "x",
        t21: "x",
        t22: "x",
        t23: "x",
        t24: "x",
        t25: "x",
        t26: "x",
        t27: "x",
        t28: "x",
        t29: "x",
        t30: "x",
        t31: "x",
        t32: "x",
        t33: "x",
        t34: "x",
        t35: "x",
        t36: "x",
        t37: "x",
        t38: "x",
        t39: "x",
        t40: "x",
      },
    },
    messages: ["tags: 41 are too many; 40 are allowed on aws"],
  },
  {
    name: "a label in capitals on Google",
    values: { cloud: "gcp", region: "europe-west1", tags: { Team: "Platform" } },
    messages: [
      "tags.Team: is no name of a tag on gcp; allowed are 1 to 63 lower-case letters, digits, _ and -, a letter first",
      'tags.Team: "Platform" is no value of a tag on gcp; allowed are up to 63 lower-case letters, digits, _ and -',
    ],
  },
  {
    name: "a tag that Azure refuses",
    values: { cloud: "azure", region: "westeurope", tags: { "a/b": "c" } },
    messages: ["tags.a/b: is no name of a tag on azure; allowed are 1 to 128 characters without <>%&\\?/"],
  },
];
