/**
 * AWS' regions: the zones that a new account has there, and the hosted zones behind the names of load balancers and
 * buckets.
 *
 * Zones: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html (letters of an
 * account are its own; these are how accounts usually see them). Load balancers:
 * https://docs.aws.amazon.com/general/latest/gr/elb.html. Buckets: terraform-provider-aws
 * internal/service/s3/hosted_zones.go at 06df6bd5149a127126c777b81b0a79ed56514087.
 */
interface Region {
  zones: string;
  /** Prefix of the zones' ids: `euw1-az1`. */
  id: string;
  loadBalancers: string;
  buckets: string;
}

const regions: Record<string, Region> = {
  "us-east-1": { zones: "abcdef", id: "use1", loadBalancers: "Z35SXDOTRQ7X7K", buckets: "Z3AQBSTGFYJSTF" },
  "us-east-2": { zones: "abc", id: "use2", loadBalancers: "Z3AADJGX6KTTL2", buckets: "Z2O1EMRO9K5GLX" },
  "us-west-1": { zones: "ac", id: "usw1", loadBalancers: "Z368ELLRRE2KJ0", buckets: "Z2F56UZL2M1ACD" },
  "us-west-2": { zones: "abcd", id: "usw2", loadBalancers: "Z1H1FL5HABSF5", buckets: "Z3BJ6K6RIION7M" },
  "ca-central-1": { zones: "abd", id: "cac1", loadBalancers: "ZQSVJUPU6J1EY", buckets: "Z1QDHH18159H29" },
  "sa-east-1": { zones: "abc", id: "sae1", loadBalancers: "Z2P70J7HTTTPLU", buckets: "Z7KQH4QJS55SO" },
  "eu-central-1": { zones: "abc", id: "euc1", loadBalancers: "Z215JYRZR1TBD5", buckets: "Z21DNDUVLTQW6Q" },
  "eu-west-1": { zones: "abc", id: "euw1", loadBalancers: "Z32O12XQLNTSW2", buckets: "Z1BKCTXD74EZPE" },
  "eu-west-2": { zones: "abc", id: "euw2", loadBalancers: "ZHURV8PSTC4K8", buckets: "Z3GKZC51ZF0DB4" },
  "eu-west-3": { zones: "abc", id: "euw3", loadBalancers: "Z3Q77PNBQS71R4", buckets: "Z3R1K369G5AVDG" },
  "eu-north-1": { zones: "abc", id: "eun1", loadBalancers: "Z23TAZ6LKFMNIO", buckets: "Z3BAZG2TWCNX0D" },
  "eu-south-1": { zones: "abc", id: "eus1", loadBalancers: "Z3ULH7SSC9OV64", buckets: "Z30OZKI7KPW7MI" },
  "ap-south-1": { zones: "abc", id: "aps1", loadBalancers: "ZP97RAFLXTNZK", buckets: "Z11RGJOFQNVJUP" },
  "ap-southeast-1": { zones: "abc", id: "apse1", loadBalancers: "Z1LMS91P8CMLE5", buckets: "Z3O0J2DXBE1FTB" },
  "ap-southeast-2": { zones: "abc", id: "apse2", loadBalancers: "Z1GM3OXH4ZPM65", buckets: "Z1WCIGYICN2BYD" },
  "ap-northeast-1": { zones: "acd", id: "apne1", loadBalancers: "Z14GRHDCWA56QT", buckets: "Z2M4EHUR26P7ZW" },
  "ap-northeast-2": { zones: "abcd", id: "apne2", loadBalancers: "ZWKZPGTI48KDX", buckets: "Z3W03O7B5YMIYP" },
};

/** Names of the region's zones: `eu-west-1a`, … @throws Error for a region that is not known here. */
export function zonesOf(region: string): string[] {
  return [...known(region).zones].map((letter) => region + letter);
}

/** `euw1-az1` for `eu-west-1a`. */
export function zoneId(region: string, zone: string): string {
  return `${known(region).id}-az${zonesOf(region).indexOf(zone) + 1}`;
}

export function isRegion(region: string): boolean {
  return region in regions;
}

/** Zone of the names of the region's Application Load Balancers. */
export function loadBalancerZone(region: string): string {
  return known(region).loadBalancers;
}

export function bucketZone(region: string): string {
  return known(region).buckets;
}

function known(region: string): Region {
  const found = regions[region];
  if (!found) throw new Error(`invalid AWS Region: ${region}`);
  return found;
}
