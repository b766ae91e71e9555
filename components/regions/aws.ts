import type { Region } from "../regions";

/**
 * AWS' regions with EKS: https://docs.aws.amazon.com/general/latest/gr/eks.html (as botocore 1.44.5 lists its
 * endpoints); zones: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html.
 * In accounts made before November 2025 the letters of the oldest regions stand for different places in each account, so
 * EKS may refuse one of us-east-1 (use1-az3), us-west-1 (usw1-az2) or ca-central-1 (cac1-az3):
 * https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
 */
export const awsRegions: Region[] = [
  region("af-south-1", "za", -33.9, 18.4),
  region("ap-east-1", "hk", 22.3, 114.2),
  region("ap-east-2", "tw", 25.0, 121.5),
  region("ap-northeast-1", "jp", 35.7, 139.7, "acd"),
  region("ap-northeast-2", "kr", 37.6, 127.0, "abcd"),
  region("ap-northeast-3", "jp", 34.7, 135.5),
  region("ap-south-1", "in", 19.1, 72.9),
  region("ap-south-2", "in", 17.4, 78.5),
  region("ap-southeast-1", "sg", 1.35, 103.8),
  region("ap-southeast-2", "au", -33.9, 151.2),
  region("ap-southeast-3", "id", -6.2, 106.8),
  region("ap-southeast-4", "au", -37.8, 145.0),
  region("ap-southeast-5", "my", 3.1, 101.7),
  region("ap-southeast-6", "nz", -36.8, 174.8),
  region("ap-southeast-7", "th", 13.8, 100.5),
  region("ca-central-1", "ca", 45.5, -73.6, "abd"),
  region("ca-west-1", "ca", 51.0, -114.1),
  region("eu-central-1", "eu", 50.1, 8.7),
  region("eu-central-2", "ch", 47.4, 8.5),
  region("eu-north-1", "eu", 59.3, 18.1),
  region("eu-south-1", "eu", 45.5, 9.2),
  region("eu-south-2", "eu", 41.7, -0.9),
  region("eu-west-1", "eu", 53.3, -6.3),
  region("eu-west-2", "gb", 51.5, -0.1, "abcd"),
  region("eu-west-3", "eu", 48.9, 2.4),
  region("il-central-1", "il", 32.1, 34.8),
  region("me-central-1", "ae", 25.2, 55.3),
  region("me-south-1", "bh", 26.2, 50.6),
  region("mx-central-1", "mx", 20.6, -100.4),
  region("sa-east-1", "br", -23.6, -46.6),
  region("us-east-1", "us", 39.0, -77.5, "abcdef"),
  region("us-east-2", "us", 40.0, -83.0),
  // An account sees two of the three.
  { ...region("us-west-1", "us", 37.8, -122.4), usableZones: 2 },
  region("us-west-2", "us", 45.8, -119.7, "abcd"),
];

function region(name: string, country: string, latitude: number, longitude: number, letters = "abc"): Region {
  return { name, country, latitude, longitude, zones: [...letters].map((letter) => name + letter) };
}
